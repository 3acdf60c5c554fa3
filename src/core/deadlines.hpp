#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/time.hpp"

namespace pilotlight::core {

enum class DueKind : std::uint8_t { job, waiter, worker, endpoint, webhook };

/// The base of everything that waits for a time. It must not move while it is armed, and must be cleared
/// before it ends.
struct Deadline {
  explicit Deadline(DueKind what) : kind(what) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool armed() const { return place != unarmed; }

  static constexpr std::uint32_t unarmed = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t place = unarmed;
  DueKind kind;
};

/// One indexed heap for all time. Every step is logarithmic; what has ended leaves no garbage.
class Deadlines {
 public:
  /// Arms or moves. `timestamp_never` disarms.
  void set(Deadline& what, Timestamp at);
  /// Arms, or moves to an earlier time; an earlier time stays. Cheap where the exact time is worked out when
  /// it is due.
  void no_later_than(Deadline& what, Timestamp at);
  void clear(Deadline& what);

  /// When the first is due; timestamp_never if there is none.
  Timestamp next() const { return heap_.empty() ? timestamp_never : heap_.front().at; }
  /// Takes out the first that is due at or before `now`; null if none is.
  Deadline* pop_due(Timestamp now);

 private:
  struct Entry {
    Timestamp at;
    Deadline* what;
  };

  void put(std::size_t place, Entry entry);
  void rise(std::size_t place, Entry entry);
  void sink(std::size_t place, Entry entry);

  std::vector<Entry> heap_;  // four children a node
};

/// `base + wait`, never beyond timestamp_never, and `base` for negative waits.
constexpr Timestamp later(Timestamp base, milliseconds wait) {
  if (wait.count() <= 0) return base;
  if (wait >= timestamp_never - Timestamp{} || base > timestamp_never - wait) return timestamp_never;
  return base + wait;
}

}  // namespace pilotlight::core
