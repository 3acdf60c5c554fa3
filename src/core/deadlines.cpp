#include "core/deadlines.hpp"

namespace pilotlight::core {

void Deadlines::set(DeadlineSlot& slot, Timestamp when, DeadlineKind kind, std::uint64_t key) {
  if (when == timestamp_never) {
    remove(slot);
    return;
  }
  if (slot == deadline_none) {
    if (free_.empty()) {
      slot = static_cast<DeadlineSlot>(slots_.size());
      slots_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    slots_[slot] = {static_cast<std::uint32_t>(heap_.size()), kind, key};
    heap_.push_back({when, ++sequence_, slot});
    up(heap_.size() - 1);
    return;
  }
  const std::size_t place = slots_[slot].place;
  ASSERT(heap_[place].slot == slot && slots_[slot].kind == kind && slots_[slot].key == key);
  if (heap_[place].when == when) return;
  heap_[place].when = when;
  heap_[place].sequence = ++sequence_;
  up(place);
  down(slots_[slot].place);
}

void Deadlines::remove(DeadlineSlot& slot) {
  if (slot == deadline_none) return;
  ASSERT(heap_[slots_[slot].place].slot == slot);
  erase(slots_[slot].place);
  free_.push_back(slot);
  slot = deadline_none;
}

std::optional<Timestamp> Deadlines::earliest() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

std::optional<Deadlines::Due> Deadlines::pop(Timestamp now) {
  if (heap_.empty() || heap_.front().when > now) return std::nullopt;
  const DeadlineSlot slot = heap_.front().slot;
  const Due due{slots_[slot].kind, slots_[slot].key};
  erase(0);
  free_.push_back(slot);
  return due;
}

void Deadlines::put(std::size_t place, const Entry& entry) {
  heap_[place] = entry;
  slots_[entry.slot].place = static_cast<std::uint32_t>(place);
}

void Deadlines::up(std::size_t place) {
  const Entry entry = heap_[place];
  while (place > 0 && before(entry, heap_[(place - 1) / 2])) {
    put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  put(place, entry);
}

void Deadlines::down(std::size_t place) {
  const Entry entry = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], entry)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

void Deadlines::erase(std::size_t place) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  put(place, last);
  up(place);
  down(slots_[last.slot].place);
}

}  // namespace pilotlight::core
