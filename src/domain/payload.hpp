#pragma once

#include <cstdint>

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
  PayloadPlace place = PayloadPlace::none;

  explicit operator bool() const { return place != PayloadPlace::none; }
  friend bool operator==(const PayloadRef&, const PayloadRef&) = default;
};

}  // namespace pilotlight
