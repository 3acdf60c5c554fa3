#pragma once

#include <vector>

#include "domain/jobs/answers.hpp"

namespace pilotlight::core {

/// The times of the last jobs that ran.
class RecentTimes {
 public:
  static constexpr std::size_t count_max = 256;

  void add(const answer::JobTimes& times) {
    execution_ += times.execution;
    if (all_.size() < count_max) {
      all_.push_back(times);
    } else {
      execution_ -= all_[oldest_].execution;
      all_[oldest_] = times;
    }
    oldest_ = (oldest_ + 1) % count_max;
  }
  const std::vector<answer::JobTimes>& all() const { return all_; }
  std::size_t size() const { return all_.size(); }
  /// 0 without jobs.
  milliseconds mean_execution() const {
    return all_.empty() ? milliseconds{0} : execution_ / static_cast<std::int64_t>(all_.size());
  }

 private:
  std::vector<answer::JobTimes> all_;
  std::size_t oldest_ = 0;  ///< once there are enough
  milliseconds execution_{0};
};

}  // namespace pilotlight::core
