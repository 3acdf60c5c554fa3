#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/live_job.hpp"

namespace pilotlight::core {

/// The jobs of an endpoint that may be delivered now: those of the highest priority first, among them in the
/// order of Job::order. Every step is constant.
class JobQueue {
 public:
  bool empty() const { return used_ == 0; }
  std::size_t size() const { return normal_ + low_; }
  /// Those that may start workers.
  std::size_t normal() const { return normal_; }

  /// The next to be delivered; null if there is none.
  LiveJob* head() const { return empty() ? nullptr : levels_[top()].head(); }

  /// The first in line for which `wanted` holds, among the first `looks`; null if there is none.
  template <class Wanted>
  LiveJob* first_of(std::size_t looks, const Wanted& wanted) const {
    for (std::uint32_t left = used_; left != 0; left &= ~std::bit_floor(left)) {
      const Level& level = levels_[static_cast<std::size_t>(std::bit_width(left) - 1)];
      LiveJob *normal = level.normal.first(), *low = level.low.first();
      while (LiveJob* job = Level::earlier(normal, low)) {
        if (looks-- == 0) return nullptr;
        if (wanted(*job)) return job;
        (job == normal ? normal : low) = job->behind;
      }
    }
    return nullptr;
  }

  /// The job's order is lower, or higher, than that of all others.
  void push_front(LiveJob& job) { count(job, +1).push_front(job); }
  void push_back(LiveJob& job) { count(job, +1).push_back(job); }
  void remove(LiveJob& job) {
    count(job, -1).remove(job);
    Level& level = levels_[level_of(job)];
    if (level.head() == nullptr) used_ &= ~(1U << level_of(job));
  }

  /// All go to the end of that list.
  void move_to(JobList& list) {
    for (; used_ != 0; used_ &= ~(1U << top())) {
      list.append(levels_[top()].normal);
      list.append(levels_[top()].low);
    }
    normal_ = low_ = 0;
  }

  /// Since when the first of those waits that may start workers, of whatever priority; timestamp_never: there
  /// is none.
  Timestamp waits_since() const {
    Timestamp since = timestamp_never;
    for (std::uint32_t left = used_; left != 0; left &= left - 1) {
      const JobList& jobs = levels_[static_cast<std::size_t>(std::countr_zero(left))].normal;
      if (!jobs.empty()) since = std::min(since, jobs.first()->job.queued);
    }
    return since;
  }

  /// At most so many are delivered before this one, which is among them.
  std::size_t ahead_of(const LiveJob& job) const {
    const Level& own = levels_[level_of(job)];
    std::size_t ahead = 0;
    for (std::size_t level = level_of(job) + 1; level < levels_.size(); ++level)
      ahead += levels_[level].size();
    return ahead + std::min(own.size() - 1, static_cast<std::size_t>(job.job.order - own.head()->job.order));
  }

 private:
  struct Level {
    JobList normal, low;
    std::size_t size() const { return normal.size() + low.size(); }
    LiveJob* head() const { return earlier(normal.first(), low.first()); }
    static LiveJob* earlier(LiveJob* one, LiveJob* other) {
      if (one == nullptr || other == nullptr) return one == nullptr ? other : one;
      return one->job.order < other->job.order ? one : other;
    }
  };
  static constexpr std::size_t level_count = priority_most - priority_least + 1;

  static std::size_t level_of(const LiveJob& job) {
    return static_cast<std::size_t>(job.job.priority - priority_least);
  }
  std::size_t top() const { return static_cast<std::size_t>(std::bit_width(used_) - 1); }
  JobList& count(LiveJob& job, int change) {
    const bool low = job.job.policy.low_priority;
    (low ? low_ : normal_) += static_cast<std::size_t>(change);
    Level& level = levels_[level_of(job)];
    used_ |= 1U << level_of(job);
    return low ? level.low : level.normal;
  }

  std::array<Level, level_count> levels_;
  std::uint32_t used_ = 0;  ///< a bit for each level with jobs
  std::size_t normal_ = 0, low_ = 0;
};

}  // namespace pilotlight::core
