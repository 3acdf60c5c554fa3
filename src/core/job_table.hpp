#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/live_job.hpp"

namespace pilotlight::core {

/// All live jobs by row number. A job never moves while it lives; rooms of ended jobs are used again.
class JobTable {
 public:
  /// Null if there is none.
  LiveJob* find(RowNumber row) const;
  /// A fresh job under this row, which must not be in use.
  LiveJob& make(RowNumber row);
  void release(LiveJob& job);
  std::size_t size() const { return size_; }

  /// Calls `visit(LiveJob&)` for every job, in an order that depends on nothing but the calls made so far.
  template <class Visit>
  void each(Visit&& visit) {
    for (const auto& chunk : chunks_)
      for (LiveJob& job : *chunk)
        if (!job.job.id.empty()) visit(job);
  }

 private:
  static constexpr std::size_t chunk_jobs = 256;
  using Chunk = std::array<LiveJob, chunk_jobs>;

  /// One place of the index. The hash stands beside the job's index, so that a search looks at no job but the
  /// one it finds: each look at another would be a cache miss.
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t index = free;
    static constexpr std::uint32_t free = ~0U;

    bool taken() const { return index != free; }
  };

  static std::uint32_t hash_of(RowNumber row) {
    return static_cast<std::uint32_t>(row * 0x9e3779b97f4a7c15ULL >> 32);
  }
  LiveJob& at(std::uint32_t index) const { return (*chunks_[index / chunk_jobs])[index % chunk_jobs]; }
  std::size_t home(std::uint32_t hash) const { return static_cast<std::size_t>(hash >> shift_); }
  void insert(Place taken);
  void grow();

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint32_t> free_;  // indexes, the next to be used last
  std::vector<Place> places_;        // open addressing, linear, a power of two
  unsigned shift_ = 32;
  std::size_t size_ = 0;
};

}  // namespace pilotlight::core
