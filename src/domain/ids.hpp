#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace pilotlight {

class Encoder;
class Decoder;
template <class T>
struct CustomCodec;

using EndpointId = Id<struct EndpointTag>;  ///< 14 characters
using TemplateId = Id<struct TemplateTag>;  ///< 10 characters
using VolumeId = Id<struct VolumeTag>;      ///< 10 characters
/// 14 characters. Never reused: it is the fencing token of everything the worker says.
using WorkerId = Id<struct WorkerTag>;

/// Names one open question to the control plane; drawn by the asker, unique among its open questions and
/// opaque to everybody else. `ticket_none`: nobody waits for an answer.
using Ticket = std::uint64_t;
inline constexpr Ticket ticket_none = 0;

/// A number that grows by at least one with every draw, for as long as the data lives: 48 bits of
/// milliseconds, then 15 bits of sequence. Keys of stored rows and payloads, so that they are inserted in
/// order.
using RowNumber = std::uint64_t;
inline constexpr unsigned row_sequence_bits = 15;

/// A job's id: a UUIDv7 whose time and leading random bits hold the job's row number, so that a look-up by id
/// needs no index of ids. Text: the usual 8-4-4-4-12 form with "-u1" behind it, and "sync-" before it for
/// /runsync.
class JobId {
 public:
  constexpr JobId() = default;

  /// `chance` gives the 58 bits that make the id unguessable. row != 0.
  static JobId make(RowNumber row, bool sync, std::uint64_t chance);
  /// Accepts exactly what `text()` prints; nullopt for anything else.
  static std::optional<JobId> parse(std::string_view text);

  std::string text() const;
  RowNumber row() const;
  bool sync() const;
  constexpr bool empty() const { return high_ == 0 && low_ == 0; }

  friend constexpr bool operator==(const JobId&, const JobId&) = default;
  friend constexpr auto operator<=>(const JobId&, const JobId&) = default;

 private:
  friend struct CustomCodec<JobId>;
  friend struct std::hash<JobId>;

  // high: 48 bits ms, 4 bits version 7, upper 12 bits of the sequence.
  // low: 2 bits variant 10, lower 3 bits of the sequence, 1 bit sync, 58 bits of chance.
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

template <>
struct CustomCodec<JobId> {
  static void put(Encoder& out, const JobId& id);
  static bool get(Decoder& in, JobId& id);
};

/// When a job with this id was first submitted, in milliseconds since 1970.
inline std::int64_t created_ms(const JobId& id) {
  return static_cast<std::int64_t>(id.row() >> row_sequence_bits);
}

}  // namespace pilotlight

template <>
struct std::hash<pilotlight::JobId> {
  std::size_t operator()(const pilotlight::JobId& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.high_ * 0x9e3779b97f4a7c15ULL ^ id.low_);
  }
};
