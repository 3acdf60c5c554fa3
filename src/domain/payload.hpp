#pragma once

#include <cstdint>
#include <string_view>

#include "base/id.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

/// Where the bytes of a payload live once they are durable.
enum class PayloadPlace : std::uint8_t {
  none = 0,  ///< there is no payload
  row = 1,   ///< in the store's payload table, committed together with the record that names it
  file = 2,  ///< in a file of its own, durable before any command names it
};

/// Names one stored body. Bodies themselves never enter the core (they are megabytes; this is 16 bytes).
struct PayloadRef {
  RowNumber number = 0;  ///< drawn at the door, unique for ever; a job's input has the job's own row number
  std::uint32_t bytes = 0;
  PayloadPlace place : 2 = PayloadPlace::none;
  /// `payload_sum` of the body. 0: nobody took it, and the body is believed; data folders of older versions
  /// have such references.
  std::uint32_t sum : 30 = 0;

  PayloadRef() = default;
  constexpr PayloadRef(RowNumber number_of, std::uint32_t bytes_of, PayloadPlace place_of)
      : number(number_of), bytes(bytes_of), place(place_of) {}

  explicit operator bool() const { return place != PayloadPlace::none; }
  friend bool operator==(const PayloadRef&, const PayloadRef&) = default;
};
static_assert(sizeof(PayloadRef) == 16, "every queued job has three of them");

/// The checksum of a body together with number, size and place of its reference, so that another body does
/// not pass for it: 30 bits of their CRC-32C, never 0.
std::uint32_t payload_sum(const PayloadRef& ref, std::string_view body);

/// Whether these are the bytes that the reference was made for.
bool is_body_of(const PayloadRef& ref, std::string_view body);

/// Its fields in order, the sum only where there is one: the highest bit of the place says so.
template <>
struct CustomCodec<PayloadRef> {
  static void put(Encoder& out, const PayloadRef& ref);
  static bool get(Decoder& in, PayloadRef& ref);
};

}  // namespace pilotlight
