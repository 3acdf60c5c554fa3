#include "sim/world/schedule.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pilotlight::sim {

bool Schedule::later(const Entry& a, const Entry& b) {
  return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
}

void Schedule::at(Timestamp when, Action action) {
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back(std::move(action));
  } else {
    slot = free_.back();
    free_.pop_back();
    slots_[slot] = std::move(action);
  }
  heap_.push_back({std::max(when, now_), ++sequence_, slot});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

void Schedule::step() {
  ASSERT(!heap_.empty());
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const Entry entry = heap_.back();
  heap_.pop_back();
  now_ = entry.when;
  ++steps_;
  const Action action = std::move(slots_[entry.slot]);
  slots_[entry.slot] = nullptr;
  free_.push_back(entry.slot);
  action();
}

}  // namespace pilotlight::sim
