#include "core/job_table.hpp"

#include "base/assert.hpp"

namespace pilotlight::core {

LiveJob* JobTable::find(RowNumber row) const {
  if (places_.empty()) return nullptr;
  const std::size_t mask = places_.size() - 1;
  const std::uint32_t hash = hash_of(row);
  for (std::size_t place = home(hash); places_[place].taken(); place = (place + 1) & mask)
    if (places_[place].hash == hash && at(places_[place].index).row == row) return &at(places_[place].index);
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
  insert({hash_of(row), index});
  return job;
}

void JobTable::insert(Place taken) {
  const std::size_t mask = places_.size() - 1;
  std::size_t place = home(taken.hash);
  while (places_[place].taken()) place = (place + 1) & mask;
  places_[place] = taken;
}

void JobTable::grow() {
  std::vector<Place> old(places_.empty() ? 64 : places_.size() * 2);
  old.swap(places_);
  shift_ = 32 - static_cast<unsigned>(__builtin_ctzll(places_.size()));
  for (const Place place : old)
    if (place.taken()) insert(place);
}

void JobTable::release(LiveJob& job) {
  const std::size_t mask = places_.size() - 1;
  std::size_t hole = home(hash_of(job.row));
  while (places_[hole].index != job.index) hole = (hole + 1) & mask;
  // Close the gap: whoever stands behind it and may stand in it moves up.
  for (std::size_t place = (hole + 1) & mask; places_[place].taken(); place = (place + 1) & mask) {
    const std::size_t wanted = home(places_[place].hash);
    if (((place - wanted) & mask) < ((place - hole) & mask)) continue;
    places_[hole] = places_[place];
    hole = place;
  }
  places_[hole] = {};
  --size_;
  free_.push_back(job.index);
  job.reset();
}

}  // namespace pilotlight::core
