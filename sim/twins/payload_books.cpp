#include "sim/twins/payload_books.hpp"

#include "sim/world/violation.hpp"

namespace pilotlight::sim {

PayloadBooks::Entry& PayloadBooks::touch(const PayloadRef& ref) {
  touched_.push_back(ref.number);
  Entry& entry = entries_[ref.number];
  entry.place = ref.place;
  return entry;
}

void PayloadBooks::kept(const PayloadRef& ref) {
  Entry& entry = touch(ref);
  require(!entry.kept, "S12", "payload {} kept twice", ref.number);
  require(ref.place == PayloadPlace::row || entry.present, "S12", "file {} is kept but is not there",
          ref.number);
  entry.kept = true;
  entry.present = true;
}

void PayloadBooks::dropped(const PayloadRef& ref) {
  Entry& entry = touch(ref);
  require(entry.present, "S12", "payload {} dropped but was not there", ref.number);
  entry.present = false;
}

void PayloadBooks::file_written(const PayloadRef& ref, std::uint64_t start) {
  Entry& entry = touch(ref);
  entry.present = true;
  entry.start = start;
}

void PayloadBooks::file_discarded(const PayloadRef& ref) {
  Entry& entry = touch(ref);
  require(entry.names == 0, "S12", "the door discards file {} that something names", ref.number);
  entry.present = false;
}

void PayloadBooks::sweep(std::uint64_t start) {
  std::erase_if(entries_, [start](const auto& item) {
    const Entry& entry = item.second;
    const bool orphan = entry.place == PayloadPlace::file && !entry.kept && entry.start < start;
    require(!orphan || entry.names == 0, "S12", "file {} is swept but something names it", item.first);
    return orphan;
  });
}

void PayloadBooks::name(const PayloadRef& ref, int step) {
  if (!ref) return;
  Entry& entry = touch(ref);
  entry.names += step;
  entry.was_named = true;
}

void PayloadBooks::expired(const PayloadRef& ref) {
  if (!ref) return;
  Entry& entry = touch(ref);
  entry.names -= 1;
  entry.present = false;
}

void PayloadBooks::check() {
  for (const RowNumber number : touched_) {
    const auto at = entries_.find(number);
    if (at == entries_.end()) continue;
    const Entry& entry = at->second;
    require(entry.names >= 0, "S12", "payload {} is named {} times", number, entry.names);
    require(entry.present || entry.names == 0, "S12", "payload {} is named but is not there", number);
    const bool may_wait = entry.place == PayloadPlace::file && !entry.was_named;
    require(!entry.present || entry.names > 0 || may_wait, "S12", "payload {} is there but nothing names it",
            number);
    if (!entry.present && entry.names == 0) entries_.erase(at);
  }
  touched_.clear();
}

}  // namespace pilotlight::sim
