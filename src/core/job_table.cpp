#include "core/job_table.hpp"

#include "base/assert.hpp"

namespace pilotlight::core {

LiveJob* JobTable::find(RowNumber row) const {
  if (places_.empty()) return nullptr;
  const std::size_t mask = places_.size() - 1;
  for (std::size_t place = home(row); places_[place] != empty; place = (place + 1) & mask)
    if (row_at(place) == row) return &at(places_[place] - 1);
  return nullptr;
}

LiveJob& JobTable::make(RowNumber row) {
  ASSERT(find(row) == nullptr);
  if (free_.empty()) {
    const auto first = static_cast<std::uint32_t>(chunks_.size() * chunk_jobs);
    chunks_.push_back(std::make_unique<Chunk>());
    for (std::uint32_t i = chunk_jobs; i > 0; --i) free_.push_back(first + i - 1);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  LiveJob& job = at(index);
  job.index = index;
  job.row = row;
  if ((size_ + 1) * 4 > places_.size() * 3) grow();
  ++size_;
  insert(row, index);
  return job;
}

void JobTable::insert(RowNumber row, std::uint32_t index) {
  const std::size_t mask = places_.size() - 1;
  std::size_t place = home(row);
  while (places_[place] != empty) place = (place + 1) & mask;
  places_[place] = index + 1;
}

void JobTable::grow() {
  std::vector<std::uint32_t> old(places_.empty() ? 64 : places_.size() * 2);
  old.swap(places_);
  shift_ = 64 - static_cast<unsigned>(__builtin_ctzll(places_.size()));
  for (const std::uint32_t value : old)
    if (value != empty) insert(at(value - 1).row, value - 1);
}

void JobTable::release(LiveJob& job) {
  const std::size_t mask = places_.size() - 1;
  std::size_t hole = home(job.row);
  while (places_[hole] != job.index + 1) hole = (hole + 1) & mask;
  // Close the gap: whoever stands behind it and may stand in it moves up.
  for (std::size_t place = (hole + 1) & mask; places_[place] != empty; place = (place + 1) & mask) {
    const std::size_t wanted = home(row_at(place));
    if (((place - wanted) & mask) < ((place - hole) & mask)) continue;
    places_[hole] = places_[place];
    hole = place;
  }
  places_[hole] = empty;
  --size_;
  free_.push_back(job.index);
  job.reset();
}

}  // namespace pilotlight::core
