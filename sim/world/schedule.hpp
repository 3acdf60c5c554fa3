#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.hpp"

namespace pilotlight::sim {

/// Virtual time: everything that will happen, in one heap ordered by (time, sequence). Time moves only by
/// `step`, to the next thing that happens.
class Schedule {
 public:
  using Action = std::function<void()>;

  explicit Schedule(Timestamp start) : now_(start) {}

  Timestamp now() const { return now_; }
  std::uint64_t steps() const { return steps_; }
  bool empty() const { return heap_.empty(); }

  /// A time in the past means now. Actions of the same time run in the order in which they were added.
  void at(Timestamp when, Action action);
  void after(milliseconds delay, Action action) { at(now_ + delay, std::move(action)); }

  /// Runs the earliest action. Only when not empty.
  void step();

 private:
  struct Entry {
    Timestamp when;
    std::uint64_t sequence;
    std::uint32_t slot;
  };
  static bool later(const Entry& a, const Entry& b);

  Timestamp now_;
  std::uint64_t sequence_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<Entry> heap_;
  std::vector<Action> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace pilotlight::sim
