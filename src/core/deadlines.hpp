#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/assert.hpp"
#include "base/time.hpp"

namespace pilotlight::core {

/// What a deadline belongs to.
enum class DeadlineKind : std::uint8_t { job, worker, endpoint, waiter };

/// Names one deadline of its owner; 0 is none.
using DeadlineSlot = std::uint32_t;
inline constexpr DeadlineSlot deadline_none = 0;

/// The one heap of all waiting time: a min-heap whose entries know their place, so that a deadline can be
/// moved or taken out in O(log n) and no stale entries pile up. Equal times come out in order of insertion or
/// last move.
class Deadlines {
 public:
  Deadlines() : slots_(1) {}

  /// Sets, moves or (timestamp_never) removes the deadline in `slot`, which belongs to `key` of `kind`.
  void set(DeadlineSlot& slot, Timestamp when, DeadlineKind kind, std::uint64_t key);
  void remove(DeadlineSlot& slot);

  std::optional<Timestamp> earliest() const;

  struct Due {
    DeadlineKind kind;
    std::uint64_t key;
  };
  /// Takes out the first deadline at or before `now`. The owner's slot number becomes stale: it must be set
  /// to none.
  std::optional<Due> pop(Timestamp now);

  std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    Timestamp when;
    std::uint64_t sequence;
    DeadlineSlot slot;
  };
  struct Slot {
    std::uint32_t place = 0;  ///< in the heap
    DeadlineKind kind{};
    std::uint64_t key = 0;
  };

  static bool before(const Entry& a, const Entry& b) {
    return a.when != b.when ? a.when < b.when : a.sequence < b.sequence;
  }
  void put(std::size_t place, const Entry& entry);
  void up(std::size_t place);
  void down(std::size_t place);
  void erase(std::size_t place);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;  ///< [0] is never used
  std::vector<DeadlineSlot> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace pilotlight::core
