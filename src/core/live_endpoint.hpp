#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/backoff.hpp"
#include "core/job_queue.hpp"
#include "core/live_worker.hpp"
#include "core/recent_times.hpp"
#include "core/scaler.hpp"
#include "domain/definitions/endpoint.hpp"
#include "domain/jobs/records.hpp"

namespace pilotlight::core {

struct Purge {
  std::uint32_t generation = 0;  ///< generation of the jobs it cancels
  Ticket ticket = ticket_none;
  std::uint64_t left = 0;
  std::uint64_t removed = 0;
};

struct LiveEndpoint : Deadline {
  LiveEndpoint() : Deadline(DueKind::endpoint) {}

  std::size_t queued() const { return queue.size() + delayed.size() + doomed.size(); }
  std::int64_t count(WorkerOrigin origin, WorkerState state) const {
    return workers_in[static_cast<std::size_t>(origin)][static_cast<std::size_t>(state)];
  }

  /// The worker has been idle for the shortest time. Those started by hand are not listed.
  void list_idle(LiveWorker& live) {
    if (!live.runtime()) return;
    live.idle_listed = true;
    live.idle_before = idle_last;
    (idle_last != nullptr ? idle_last->idle_behind : idle_first) = &live;
    idle_last = &live;
  }
  void unlist_idle(LiveWorker& live) {
    if (!live.idle_listed) return;
    (live.idle_before != nullptr ? live.idle_before->idle_behind : idle_first) = live.idle_behind;
    (live.idle_behind != nullptr ? live.idle_behind->idle_before : idle_last) = live.idle_before;
    live.idle_before = live.idle_behind = nullptr;
    live.idle_listed = false;
  }

  EndpointId id;
  std::shared_ptr<const Endpoint> endpoint;  ///< null only while records are being restored
  bool deleting = false;

  // Jobs. Those that are not to run yet stand aside in `delayed`. A purge closes a generation of both: its
  // jobs move to `doomed` and are cancelled in slices.
  JobQueue queue;
  JobList delayed, doomed;
  std::uint32_t generation = 0;
  std::vector<Purge> purges;     ///< in order of their generations
  std::int64_t order_first = 0;  ///< the next place at the head is one below
  std::int64_t order_last = 0;   ///< the next place at the end is one above
  std::uint64_t in_progress = 0;
  std::uint64_t in_progress_low = 0;
  std::uint64_t not_begun = 0;  ///< jobs in progress that wait at their worker for their turn

  // Workers.
  std::vector<LiveWorker*> workers;  ///< in order of registration
  std::array<std::array<std::int64_t, 6>, 2> workers_in{};
  /// Workers with a parked poll and room for a job.
  std::map<FreeKey, LiveWorker*> free;
  LiveWorker* idle_first = nullptr;  ///< workers of the runtime without a job, idle for longest first
  LiveWorker* idle_last = nullptr;
  bool stale_workers = false;  ///< workers of an old version, or too many, may be there

  // Scaling.
  milliseconds cold_start{0};  ///< that of the last workers; 0: none has been seen
  Timestamp last_step{};
  Failures failures;
  Timestamp last_failure{};
  Timestamp not_before{};  ///< no worker is started earlier
  std::int32_t last_exit_code = 0;
  std::string last_detail;

  record::CountersSaved counters;
  RecentTimes recent;
  bool counters_unsaved = false;
  bool touched = false;  ///< demand or supply changed in this call
  bool sliced = false;   ///< stands in the list of those with sliced work
};

}  // namespace pilotlight::core
