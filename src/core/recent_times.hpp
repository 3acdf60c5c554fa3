#pragma once

#include <vector>

#include "domain/answer.hpp"

namespace pilotlight::core {

/// The times of the last jobs that ran.
class RecentTimes {
 public:
  static constexpr std::size_t count_max = 256;

  void add(const answer::JobTimes& times) {
    if (all_.size() < count_max)
      all_.push_back(times);
    else
      all_[oldest_] = times;
    oldest_ = (oldest_ + 1) % count_max;
  }
  const std::vector<answer::JobTimes>& all() const { return all_; }

 private:
  std::vector<answer::JobTimes> all_;
  std::size_t oldest_ = 0;  ///< once there are enough
};

}  // namespace pilotlight::core
