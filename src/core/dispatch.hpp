#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "core/call.hpp"
#include "core/commands/forward.hpp"
#include "core/definitions.hpp"
#include "core/job_states.hpp"
#include "core/job_table.hpp"
#include "core/streams.hpp"
#include "core/waiters.hpp"
#include "core/webhooks.hpp"
#include "core/why.hpp"

namespace pilotlight::core {

/// How a job comes back from a worker.
struct Return {
  JobStepKind how = JobStepKind::lost;
  bool charged = false;
  std::string_view error{};  ///< as JobStep::error
  std::optional<Crash> crash{};
};

/// How a job stands at its worker.
struct Stand {
  LiveWorker* worker = nullptr;
  bool waits = false;  ///< for its turn
  bool alone = true;   ///< nothing else has begun there
};

/// How a job ends.
struct End {
  JobEvent event = JobEvent::cancelled;
  EndReason reason = EndReason::cancelled;
  PayloadRef result;
  LiveWorker* by = nullptr;  ///< whose answer it is; null: nobody's
  std::string_view cause{};  ///< as FinalJob::cause
  std::optional<Crash> crash{};
};

/// The heart of the control plane: brings jobs and workers together. Queues, leases, evidence, stops and the
/// lives of workers are one thing, because each changes with the others.
class Dispatch {
 public:
  Dispatch(const Limits& limits, std::uint64_t seed, Call& call, Deadlines& deadlines, Waiters& waiters,
           Streams& streams, Webhooks& webhooks, Definitions& definitions)
      : limits_(limits),
        random_(seed),
        call_(call),
        deadlines_(deadlines),
        waiters_(waiters),
        streams_(streams),
        webhooks_(webhooks),
        definitions_(definitions) {}

  // --- commands about endpoints and templates (commands/definitions.cpp)
  void on(const command::SaveTemplate& c);
  void on(const command::DeleteTemplate& c);
  void on(const command::SaveEndpoint& c);
  void on(const command::DeleteEndpoint& c);

  // --- about jobs (commands/jobs.cpp, commands/streams.cpp, commands/waits.cpp)
  void on(const command::SubmitJob& c);
  void on(const command::SubmitJobs& c);
  void on(const command::RetryJob& c);
  void on(const command::ReadJob& c);
  void on(const command::CancelJob& c);
  void on(const command::PurgeQueue& c);
  void on(const command::PostChunk& c);
  void on(const command::Abandon& c);
  void on(const command::EndWaits& c);

  // --- from workers (commands/worker_protocol.cpp)
  void on(const command::TakeJobs& c);
  void on(const command::Undelivered& c);
  void on(const command::FinishJob& c);
  void on(const command::ReportProgress& c);
  void on(const command::Heartbeat& c);
  void on(const command::PollStops& c);

  // --- about the lives of workers and of the server (commands/workers.cpp, commands/server.cpp)
  void on(const command::RegisterWorker& c);
  void on(const command::RestartWorkers& c);
  void on(const command::WorkerStarted& c);
  void on(const command::WorkerExited& c);
  void on(const command::WorkerOutput& c);
  void on(const command::WorkersListed& c);
  void on(const command::AnswersDelayed& c);
  void on(const command::Drain& c);

  // --- the course of a call: what is due, then the endpoints that were touched, then the slices
  void job_due(LiveJob& job);
  void waiter_due(Waiter& waiter);
  void worker_due(LiveWorker& worker);
  /// The endpoint's demand or supply has changed: `settle` looks at it.
  void touch(LiveEndpoint& endpoint);
  void settle();
  void go_on_slicing();
  void end_call();
  void save_counters();

  // --- boot (restore.cpp)
  void restore(const Record& record);
  void rebuild();

  // --- questions
  /// Null if no live job has this id.
  LiveJob* find_job(const JobId& id) const;
  /// Able to take a job through the polls that it has open.
  bool wants_jobs(const LiveWorker& worker) const;
  Why why() const { return {limits_, call_.now(), draining_}; }
  /// More work on jobs waits for the next call.
  bool slicing() const { return !sliced_.empty(); }
  std::size_t live_jobs() const { return jobs_.size(); }
  std::uint64_t queued_jobs() const { return queued_total_; }
  std::uint64_t leases() const { return lease_total_; }
  std::size_t workers() const { return workers_.size(); }

 private:
  // --- steps of commands (commands/definitions.cpp, commands/jobs.cpp, commands/worker_protocol.cpp)
  struct TemplateChange;
  static void apply(const TemplatePatch& patch, const PayloadRef& env_equals, TemplateChange& change);
  const LiveEndpoint* user_of(const Template& value) const;
  std::optional<Error> objection(const TemplateChange& change) const;
  std::shared_ptr<const Template> save(TemplateChange change);
  void renew_workers_on(const Template& changed);
  std::optional<Error> objection(const command::SaveEndpoint& c) const;
  std::optional<Error> objection(const Endpoint& value, const Endpoint& before, bool create,
                                 const Template* used) const;
  Endpoint patched(const command::SaveEndpoint& c, const Endpoint& before) const;
  std::optional<Error> copy_objection(const command::SaveEndpoint& c) const;
  static TemplateChange copied(const command::InlineTemplate& with, const Template& used);
  TemplateChange inline_change(const command::SaveEndpoint& c, const Endpoint& before) const;
  static bool renews_workers(const Endpoint& before, Endpoint after, const TemplateChange* with);
  void save(const Endpoint& before, Endpoint value, bool renewed);
  std::optional<Error> objection(const EndpointId& endpoint) const;
  std::optional<Error> objection(const command::SubmitJob& c) const;
  std::optional<Error> objection(const command::RetryJob& c) const;
  void admit(LiveJob& job);
  LiveJob& take_in(const command::SubmitJob& c);
  bool tried_again(LiveJob& job, LiveWorker& worker, std::string_view error);

  // --- jobs (jobs.cpp, leases.cpp)
  void save_jobs();
  void touch(LiveJob& job);
  void forget_unsaved(LiveJob& job);
  enum class Place : std::uint8_t { head, end };
  /// In line or, if it is not to run yet, aside.
  void enqueue(LiveJob& job, Place place);
  void leave_queue(LiveJob& job);
  Timestamp ttl_end(const LiveJob& job) const;
  Timestamp next_due(const LiveJob& job) const;
  std::uint8_t retries_max(const LiveJob& job) const;
  void count_in_progress(LiveJob& job, int change);
  /// The job leaves the core. Every other worker that may hold it is told to stop it.
  FinalJob end_job(LiveJob& job, const End& end);
  void leave_holder(LiveJob& job);
  void count(LiveEndpoint& endpoint);
  Timestamp lease_timeout(const LiveJob& job) const;
  enum class Begins : std::uint8_t { now, after_others };
  void lease(LiveJob& job, LiveWorker& worker, Ticket poll, Begins begins);
  void begin(LiveWorker& worker, Lease& lease);
  void begin_next(LiveWorker& worker);
  void runs_now(LiveWorker& worker, const LiveJob& job);
  bool expired(const LiveJob& job) const;
  /// Takes a job back from its holder: to the head of the queue, or, without a delivery left, to its end.
  void take_back(LiveJob& job, Return how);
  void take_back_waiting(LiveWorker& worker, Return how);
  void lease_due(LiveWorker& worker);

  // --- workers (workers.cpp, worker_end.cpp)
  LiveWorker* find_worker(const WorkerId& id) const;
  LiveWorker& add_worker(const Worker& worker);
  void change(LiveWorker& worker, WorkerEvent event);
  void heard(LiveWorker& worker, const SdkVersion& sdk);
  void update_free(LiveWorker& worker);
  void worker_emptied(LiveWorker& worker);
  /// No new jobs; ends when it holds none, which may be now. May remove a worker started by hand.
  void drain_worker(LiveWorker& worker);
  /// Tells a worker of the runtime to end; a grace of 0 kills it.
  void stop_worker(LiveWorker& worker, milliseconds grace);
  enum class Jobs : std::uint8_t { charged, uncharged };
  /// `crash`: the end of the worker's process, if that is why.
  void lose_jobs(LiveWorker& worker, Jobs lost, const command::WorkerExited* crash = nullptr);
  void remove_worker(LiveWorker& worker, Jobs jobs, const command::WorkerExited* crash = nullptr);
  void note_failure(LiveWorker& worker, std::int32_t exit_code, std::string detail);
  milliseconds init_timeout(const LiveEndpoint& endpoint) const;
  void forgive_failures(const LiveWorker& worker);
  void arm(LiveWorker& worker);
  Timestamp silence_due(const LiveWorker& worker) const;
  bool silent_worker_due(LiveWorker& worker);
  bool silent_by_hand(LiveWorker& worker);
  void fail_worker(LiveWorker& worker, std::string why, milliseconds grace);

  // --- reasons of ends (explanations.cpp)
  void no_result(LiveWorker& worker, LiveJob& job);
  void no_result_because(Lease& lease, std::span<const OutputLine> output);

  // --- evidence (evidence.cpp, stops.cpp)
  void weigh_poll(LiveWorker& worker, const command::TakeJobs& poll);
  void weigh_ping(LiveWorker& worker, const std::vector<JobId>& listed);
  void not_held(LiveWorker& worker, LiveJob& job);
  void tell_holders(const Job& job, const Stand& stood, const End& end);
  void stop_job(LiveWorker& worker, const JobId& job, bool alone);
  void weigh_stops(LiveWorker& worker, const std::vector<JobId>& listed);
  void serve_stop_polls(LiveWorker& worker);
  void judge_stops(LiveWorker& worker);

  // --- endpoints (endpoints.cpp)
  void note_poll_by_hand(LiveEndpoint& endpoint);
  void remove_endpoint(LiveEndpoint& endpoint);
  /// Null if the endpoint uses a free-standing one.
  const Template* bound_template(const Endpoint& endpoint) const;
  void remove_template(const Template& removed);

  // --- matching and scaling (matching.cpp, placement.cpp, scaling.cpp)
  void match(LiveEndpoint& endpoint);
  LiveJob* job_for(const LiveEndpoint& endpoint, const LiveWorker& worker) const;
  void deliver(LiveEndpoint& endpoint, LiveWorker& worker);
  std::size_t run_ahead(const LiveEndpoint& endpoint, const LiveWorker& worker) const;
  Timestamp patience_end(const LiveWorker& worker) const;
  bool relieve(LiveEndpoint& endpoint);
  void renew_workers(LiveEndpoint& endpoint);
  bool scales(const LiveEndpoint& endpoint) const;
  void place(const std::vector<LiveEndpoint*>& endpoints);
  void start_worker(LiveEndpoint& endpoint);
  void stop_stale(LiveEndpoint& endpoint);
  void stop_idle(LiveEndpoint& endpoint);

  // --- work in slices (slices.cpp)
  void slice(LiveEndpoint& endpoint);
  bool slice_endpoint(LiveEndpoint& endpoint, std::uint32_t& budget);
  void doom_queue(LiveEndpoint& endpoint, Ticket ticket);
  void left_purge(LiveJob& job);

  // --- answers to parked questions (polls.cpp)
  answer::JobLive live_view(const LiveJob& job) const;
  /// Answers an open question and forgets it.
  void answer(Waiter& waiter, Answer answer);
  void answer_takes(LiveWorker& worker);
  void answer_stop_polls(LiveWorker& worker);
  void answer_waits();

  // --- boot (restore.cpp)
  void rebuild_job(LiveJob& job);

  const Limits& limits_;
  Random random_;
  Call& call_;
  Deadlines& deadlines_;
  Waiters& waiters_;
  Streams& streams_;
  Webhooks& webhooks_;
  Definitions& definitions_;
  bool restored_ = false;
  bool adopted_ = false;  ///< the runtime has said what runs
  bool draining_ = false;
  bool drained_told_ = false;

  std::unordered_map<WorkerId, std::unique_ptr<LiveWorker>> workers_;  ///< never iterated
  JobTable jobs_;
  std::uint64_t last_idle_order_ = 0;
  std::uint64_t last_worker_number_ = 0;
  std::uint64_t queued_total_ = 0;
  std::uint64_t lease_total_ = 0;

  std::vector<LiveJob*> unsaved_jobs_;   ///< null where the job has ended since
  std::vector<LiveEndpoint*> touched_;   ///< in the order of touching
  std::vector<LiveEndpoint*> settling_;  ///< have their turns in `settle`; empty beyond it
  std::vector<LiveEndpoint*> uncounted_;
  std::vector<LiveEndpoint*> sliced_;
  std::vector<Worker> restored_workers_;            ///< only until `rebuild`
  std::vector<StreamState> restored_streams_;       ///< only until `rebuild`
  std::map<RowNumber, Webhook> restored_webhooks_;  ///< only until `rebuild`
};

}  // namespace pilotlight::core
