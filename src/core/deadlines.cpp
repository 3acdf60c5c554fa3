#include "core/deadlines.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pilotlight::core {
namespace {

constexpr std::size_t children = 4;

}  // namespace

void Deadlines::set(Deadline& what, Timestamp at) {
  if (at == timestamp_never) return clear(what);
  const Entry entry{at, &what};
  if (!what.armed()) {
    ASSERT(heap_.size() < Deadline::unarmed);
    heap_.push_back(entry);
    rise(heap_.size() - 1, entry);
  } else if (at < heap_[what.place].at) {
    rise(what.place, entry);
  } else {
    sink(what.place, entry);
  }
}

void Deadlines::no_later_than(Deadline& what, Timestamp at) {
  if (!what.armed() || at < heap_[what.place].at) set(what, at);
}

void Deadlines::clear(Deadline& what) {
  if (!what.armed()) return;
  const std::size_t place = what.place;
  what.place = Deadline::unarmed;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  if (place > 0 && last.at < heap_[(place - 1) / children].at)
    rise(place, last);
  else
    sink(place, last);
}

Deadline* Deadlines::pop_due(Timestamp now) {
  if (heap_.empty() || heap_.front().at > now) return nullptr;
  Deadline* first = heap_.front().what;
  clear(*first);
  return first;
}

void Deadlines::put(std::size_t place, Entry entry) {
  heap_[place] = entry;
  entry.what->place = static_cast<std::uint32_t>(place);
}

void Deadlines::rise(std::size_t place, Entry entry) {
  while (place > 0) {
    const std::size_t parent = (place - 1) / children;
    if (heap_[parent].at <= entry.at) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, entry);
}

void Deadlines::sink(std::size_t place, Entry entry) {
  for (;;) {
    const std::size_t first = place * children + 1;
    if (first >= heap_.size()) break;
    std::size_t least = first;
    for (std::size_t i = first + 1; i < std::min(first + children, heap_.size()); ++i)
      if (heap_[i].at < heap_[least].at) least = i;
    if (entry.at <= heap_[least].at) break;
    put(place, heap_[least]);
    place = least;
  }
  put(place, entry);
}

}  // namespace pilotlight::core
