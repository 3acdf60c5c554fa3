#pragma once

#include <cstdint>
#include <deque>

#include "domain/ids.hpp"

namespace pilotlight::core {

/// One endpoint's waiting jobs, first in first out, requeued ones at the head. A job that leaves from the
/// middle only makes its entry stale (its owner's entry number no longer matches); stale entries are dropped
/// when they reach the head, and in bulk when they outnumber the live ones.
class Queue {
 public:
  struct Entry {
    RowNumber row = 0;
    std::uint64_t number = 0;  ///< of this stay in the queue; grows with every entry, at the head too
  };

  /// The numbers that the job must remember.
  std::uint64_t push_back(RowNumber row) {
    entries_.push_back({row, ++last_number_});
    ++live_;
    return last_number_;
  }
  std::uint64_t push_front(RowNumber row) {
    entries_.push_front({row, ++last_number_});
    ++live_;
    return last_number_;
  }

  /// The entry of a job that was waiting here became stale.
  void left() { --live_; }

  std::uint64_t last_number() const { return last_number_; }
  std::size_t size() const { return live_; }

  /// The first entry for which `live(entry)` holds, dropping the stale ones before it; nullptr if there is
  /// none.
  template <class Live>
  const Entry* head(Live&& live) {
    if (entries_.size() > 2 * live_ + 64) compact(live);
    while (!entries_.empty() && !live(entries_.front())) entries_.pop_front();
    return entries_.empty() ? nullptr : &entries_.front();
  }

  /// All entries in order, stale ones included.
  const std::deque<Entry>& entries() const { return entries_; }

 private:
  template <class Live>
  void compact(Live& live) {
    std::deque<Entry> kept;
    for (const Entry& entry : entries_)
      if (live(entry)) kept.push_back(entry);
    entries_.swap(kept);
  }

  std::deque<Entry> entries_;
  std::size_t live_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace pilotlight::core
