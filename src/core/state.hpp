#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "core/control_plane.hpp"
#include "core/deadlines.hpp"
#include "core/job_states.hpp"
#include "core/queue.hpp"
#include "core/scaler.hpp"

namespace pilotlight::core {

struct LiveJob {
  Job job;
  std::uint64_t queue_number = 0;  ///< of its entry while it is in the queue, else 0
  DeadlineSlot deadline = deadline_none;
  bool unsaved = false;  ///< changed since its last record
  bool has_waiters = false;
};

/// A job in a worker's hands, as far as its words have shown.
struct Lease {
  RowNumber row = 0;
  Timestamp delivered{};
  Ticket poll = ticket_none;        ///< whose answer delivers it; none after a restart
  bool shown = false;               ///< a ping or a progress value named it
  bool polled_since = false;        ///< a poll arrived after the delivery
  std::uint8_t pings_without = 0;   ///< since that poll
  std::optional<Timestamp> denied;  ///< when the worker first proved not to hold it, though it had shown it
};

/// A job that a worker shall stop.
struct StopEntry {
  JobId job;
  Timestamp since{};
  bool handed_out = false;
  bool listed = false;  ///< in the newest ping
};

struct LiveWorker {
  Worker worker;
  std::uint64_t number = 0;  ///< names it in deadlines
  std::vector<Lease> leases;
  std::vector<RowNumber> former;  ///< jobs it was given and may still answer, though they were taken back
  std::vector<StopEntry> stops;
  std::vector<Ticket> takes;       ///< its parked polls for jobs, oldest first
  std::vector<Ticket> stop_polls;  ///< its parked polls for stops
  std::uint32_t concurrency = 1;   ///< the most jobs it was seen to ask for at once
  std::uint64_t idle_order = 0;    ///< grows; lower: idle for longer
  Timestamp idle_since{};
  Timestamp last_word{};
  Timestamp last_ping{};
  bool ready = false;  ///< it has polled
  bool asked_to_stop = false;
  bool failed_start = false;  ///< stopped because it never became ready
  bool kill_when_free = false;
  std::string unhealthy;  ///< what its own checks said
  /// Its entry in the endpoint's set of free workers.
  std::optional<std::tuple<std::size_t, std::uint64_t, WorkerId>> free_key;
  DeadlineSlot deadline = deadline_none;
};

struct Purge {
  Ticket ticket = ticket_none;
  std::uint64_t up_to = 0;  ///< queue number
  std::uint64_t removed = 0;
};

struct LiveEndpoint {
  std::uint64_t number = 0;  ///< names it in deadlines
  std::shared_ptr<const Endpoint> endpoint;
  bool deleting = false;
  Queue queue;
  std::uint64_t queued_low = 0;  ///< of the queue, those with low priority
  std::uint64_t in_progress = 0;
  std::uint64_t in_progress_low = 0;
  std::int64_t order_first = 0;  ///< lowest order in use or used
  std::int64_t order_last = 0;
  std::deque<Purge> purges;
  std::vector<WorkerId> workers;  ///< in order of creation
  /// Workers with a parked poll and room for a job: (jobs held, idle order, id).
  std::set<std::tuple<std::size_t, std::uint64_t, WorkerId>> free;
  Timestamp last_step{};
  // Crash loop.
  std::uint32_t failures = 0;
  Timestamp not_before{};
  std::int32_t last_exit_code = 0;
  std::string last_detail;

  record::CountersSaved counters;
  bool counters_unsaved = false;
  bool touched = false;  ///< demand or supply changed in this call
  DeadlineSlot deadline = deadline_none;
};

enum class WaiterKind : std::uint8_t { take, stops, job };

struct Waiter {
  WaiterKind kind = WaiterKind::take;
  WorkerId worker;        ///< take, stops
  std::uint32_t max = 1;  ///< take
  RowNumber row = 0;      ///< job
  DeadlineSlot deadline = deadline_none;
};

/// Everything the control plane knows, and the operations on it. `now_` and `out_` are those of the call at
/// hand.
struct State {
  State(const Limits& limits, std::uint64_t seed) : limits(limits), random(seed) {}

  // --- the call at hand (control_plane.cpp)
  void begin(Timestamp now, Outcome& out);
  void end();
  void flush();
  void save_counters();
  void count(LiveEndpoint& endpoint) {
    if (!endpoint.counters_unsaved) uncounted_endpoints.push_back(endpoint.endpoint->id);
    endpoint.counters_unsaved = true;
  }
  template <class R>
  void save(R record) {
    out_->records.push_back(std::move(record));
  }
  template <class E>
  void emit(E effect) {
    out_->effects.push_back(std::move(effect));
  }
  void reply(Ticket ticket, Answer answer);
  void refuse(Ticket ticket, Errc code, std::string message);

  // --- commands (commands/)
  void on(const command::SaveTemplate& c);
  void on(const command::DeleteTemplate& c);
  void on(const command::SaveEndpoint& c);
  void on(const command::DeleteEndpoint& c);
  void on(const command::ReadCatalog& c);
  void on(const command::SaveApiKey& c);
  void on(const command::RegisterWorker& c);
  void on(const command::SubmitJob& c);
  void on(const command::ReadJob& c);
  void on(const command::CancelJob& c);
  void on(const command::PurgeQueue& c);
  void on(const command::ShortenRetention& c);
  void on(const command::ReadHealth& c);
  void on(const command::Abandon& c);
  void on(const command::TakeJobs& c);
  void on(const command::Undelivered& c);
  void on(const command::FinishJob& c);
  void on(const command::ReportProgress& c);
  void on(const command::Heartbeat& c);
  void on(const command::PollStops& c);
  void on(const command::WorkerStarted& c);
  void on(const command::WorkerExited& c);
  void on(const command::WorkersListed& c);
  void on(const command::Drain& c);

  // --- jobs (jobs.cpp)
  LiveJob* find_job(const JobId& id);
  LiveJob* find_row(RowNumber row);
  void touch(LiveJob& job);
  void keep(const PayloadRef& ref);
  void drop(const PayloadRef& ref);
  void enqueue(LiveJob& job, bool at_head);
  void leave_queue(LiveJob& job);
  void lease(LiveJob& job, LiveWorker& worker, Ticket poll);
  /// Takes the job back from its holder. Charged or not, it is requeued or, out of retries, ended for
  /// `reason`.
  void take_back(LiveJob& job, bool charged, EndReason reason);
  void end_job(LiveJob& job, JobEvent event, EndReason reason, const PayloadRef& result);
  void forget_holder(LiveJob& job, const WorkerId& worker);
  void arm(LiveJob& job);
  void job_due(RowNumber row);
  milliseconds execution_timeout(const Job& job) const;
  milliseconds retention(RetentionClass retention) const;

  // --- workers (workers.cpp)
  LiveWorker* find_worker(const WorkerId& id);
  LiveWorker& add_worker(const Worker& worker);
  void heard(LiveWorker& worker, const SdkVersion& sdk);
  void release(LiveWorker& worker, RowNumber row);
  void update_free(LiveWorker& worker);
  bool wants_jobs(const LiveWorker& worker) const;
  std::size_t held(const LiveWorker& worker) const;
  void start_worker(LiveEndpoint& endpoint);
  void drain_worker(LiveWorker& worker);
  void stop_worker(LiveWorker& worker, milliseconds grace);
  void remove_worker(LiveWorker& worker, bool charge_jobs);
  void note_failure(LiveEndpoint& endpoint, bool was_ready, std::int32_t exit_code, std::string detail);
  void arm(LiveWorker& worker);
  void worker_due(LiveWorker& worker);

  // --- evidence (evidence.cpp)
  void weigh_poll(LiveWorker& worker, const command::TakeJobs& poll);
  void weigh_ping(LiveWorker& worker, const std::vector<JobId>& listed);
  void not_held(LiveWorker& worker, RowNumber row);
  void stop_job(LiveWorker& worker, const JobId& job);
  void weigh_stops(LiveWorker& worker, const std::vector<JobId>& listed);
  void serve_stop_polls(LiveWorker& worker);
  void kill_if_still_listed(LiveWorker& worker);

  // --- endpoints: matching and scaling (matching.cpp, scaling.cpp)
  LiveEndpoint* find_endpoint(const EndpointId& id);
  LiveEndpoint& endpoint_of(const Job& job);
  void touch(LiveEndpoint& endpoint);
  void settle();
  void endpoint_due(LiveEndpoint& endpoint);
  LiveEndpoint& add_endpoint(Endpoint endpoint);
  void renew_workers(LiveEndpoint& endpoint);
  void remove_endpoint(LiveEndpoint& endpoint);
  void go_on_slicing();
  const Queue::Entry* head(LiveEndpoint& endpoint);
  LiveJob* first_normal(LiveEndpoint& endpoint);
  void match(LiveEndpoint& endpoint);
  void deliver(LiveEndpoint& endpoint, LiveWorker& worker);
  void scale(LiveEndpoint& endpoint);
  void start_missing(LiveEndpoint& endpoint, const Wanted& wanted);
  struct Supply {
    std::uint64_t live = 0;  ///< runtime workers with a process, whatever their state
    std::uint64_t starting = 0;
    std::uint64_t able = 0;  ///< that take jobs now or after their start, those started by hand included
    std::uint64_t able_runtime = 0;
    std::uint64_t ready = 0;
  };
  Supply supply(const LiveEndpoint& endpoint) const;
  Demand demand(LiveEndpoint& endpoint, const Supply& supply);
  void stop_surplus(LiveEndpoint& endpoint);
  std::optional<Timestamp> stop_idle(LiveEndpoint& endpoint, std::uint64_t floor);
  bool go_on_purging(LiveEndpoint& endpoint, std::uint32_t& budget);
  bool go_on_deleting(LiveEndpoint& endpoint, std::uint32_t& budget);

  // --- reasons and views (views.cpp)
  Waiting why(LiveEndpoint& endpoint, bool low_priority);
  answer::JobLive live_view(LiveJob& job);
  std::shared_ptr<const answer::CatalogContent> catalog();

  // --- waiters (waiters.cpp)
  void park(Ticket ticket, Waiter waiter, milliseconds hold);
  /// Answers an open ticket and forgets it.
  void answer(Ticket ticket, Answer answer);
  void waiter_due(Ticket ticket);
  void answer_polls(LiveWorker& worker);

  // --- boot (boot.cpp)
  void restore(const Record& record);
  void rebuild();
  void rebuild_job(LiveJob& live);

  const Limits limits;
  Random random;
  Timestamp now_{};
  Outcome* out_ = nullptr;
  bool restored = false;
  bool adopted = false;  ///< the runtime has said what runs
  bool draining = false;
  bool drained_told = false;

  std::map<TemplateId, std::shared_ptr<const Template>> templates;
  std::map<EndpointId, LiveEndpoint> endpoints;      ///< nodes do not move
  std::unordered_map<WorkerId, LiveWorker> workers;  ///< nodes do not move
  std::unordered_map<RowNumber, LiveJob> jobs;
  std::unordered_map<Ticket, Waiter> waiters;
  std::unordered_map<RowNumber, std::vector<Ticket>> job_waiters;
  Deadlines deadlines;
  std::uint64_t next_idle_order = 0;
  std::uint64_t queued_total = 0;
  std::uint64_t lease_total = 0;

  std::vector<RowNumber> unsaved_jobs;
  std::vector<EndpointId> touched_endpoints;
  std::vector<EndpointId> uncounted_endpoints;
  std::vector<EndpointId> sliced_endpoints;  ///< with purges or a deletion under way
  std::unordered_map<std::uint64_t, LiveWorker*> worker_numbers;
  std::unordered_map<std::uint64_t, LiveEndpoint*> endpoint_numbers;
  std::uint64_t last_number = 0;
};

}  // namespace pilotlight::core
