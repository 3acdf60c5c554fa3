#pragma once

#include <cstdint>
#include <memory>

#include "base/assert.hpp"
#include "core/deadlines.hpp"
#include "core/live_stream.hpp"
#include "domain/jobs/job.hpp"

namespace pilotlight::core {

struct LiveEndpoint;
struct LiveWorker;
struct Waiter;

/// A job that is not final, and its place among the others. Its deadline is its time to live, or its time to
/// enter the queue.
struct LiveJob : Deadline {
  LiveJob() : Deadline(DueKind::job) {}

  void reset() {
    ASSERT(!armed() && !unsaved && before == nullptr && behind == nullptr && waiters == nullptr);
    job = Job{};
    row = 0;
    endpoint = nullptr;
    holder = nullptr;
    generation = 0;
    stream.reset();
  }

  Job job;
  RowNumber row = 0;
  LiveEndpoint* endpoint = nullptr;
  LiveWorker* holder = nullptr;  ///< while it is in progress
  LiveJob* before = nullptr;     ///< neighbours in the queue
  LiveJob* behind = nullptr;
  Waiter* waiters = nullptr;           ///< the first of those who wait for its end
  std::unique_ptr<LiveStream> stream;  ///< null: nothing was streamed or asked for
  std::uint32_t index = 0;             ///< in the table
  std::uint32_t generation = 0;        ///< generation of the queue that it entered; see LiveEndpoint
  bool unsaved = false;                ///< changed since its last record
};

static_assert(sizeof(LiveJob) <= 344, "a million queued jobs must fit into a small machine");

/// Jobs in a row, linked through themselves: every step is constant.
class JobList {
 public:
  bool empty() const { return first_ == nullptr; }
  std::size_t size() const { return size_; }
  LiveJob* first() const { return first_; }

  void push_front(LiveJob& job) { link(job, nullptr, first_); }
  void push_back(LiveJob& job) { link(job, last_, nullptr); }
  void remove(LiveJob& job) {
    (job.before != nullptr ? job.before->behind : first_) = job.behind;
    (job.behind != nullptr ? job.behind->before : last_) = job.before;
    job.before = job.behind = nullptr;
    --size_;
  }
  /// Takes all of `other`'s jobs to the end of this list.
  void append(JobList& other) {
    if (other.empty()) return;
    (last_ != nullptr ? last_->behind : first_) = other.first_;
    other.first_->before = last_;
    last_ = other.last_;
    size_ += other.size_;
    other = JobList{};
  }

 private:
  void link(LiveJob& job, LiveJob* before, LiveJob* behind) {
    job.before = before;
    job.behind = behind;
    (before != nullptr ? before->behind : first_) = &job;
    (behind != nullptr ? behind->before : last_) = &job;
    ++size_;
  }

  LiveJob* first_ = nullptr;
  LiveJob* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pilotlight::core
