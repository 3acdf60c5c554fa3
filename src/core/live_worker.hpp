#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/assert.hpp"
#include "core/live_job.hpp"
#include "core/worker_states.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::core {

struct Waiter;

/// A job in a worker's hands, as far as its words have shown.
struct Lease {
  LiveJob* job = nullptr;
  Ticket poll = ticket_none;  ///< that it was delivered through; none after a restart
  Timestamp delivered{};
  Timestamp timeout = timestamp_never;   ///< end of its execution time
  Timestamp given_up = timestamp_never;  ///< the worker denied it after having shown it: no result until then
  /// It is over without a result, and the worker's output is read since then, to tell why.
  Timestamp over_since = timestamp_never;
  bool shown = false;  ///< a ping or a progress value named it
  bool first = true;   ///< it had not been given the job before

  bool denied() const { return given_up != timestamp_never; }
  /// When the worker was given the job, also before a restart.
  Timestamp given() const { return std::min(delivered, *job->job.leased); }
  bool over() const { return over_since != timestamp_never; }
  bool waits() const { return job->job.not_begun; }
};

/// A job that a worker shall stop.
struct StopEntry {
  JobId job;
  Timestamp since{};
  bool to_tell = true;             ///< at the next poll for stops
  bool told = false;               ///< at least once
  bool listed = false;             ///< in the newest ping
  std::uint8_t pings_without = 0;  ///< in a row
  bool judged = false;             ///< its time to vanish from the pings is over
  bool alone = false;              ///< no other job of the worker had begun
};

/// A worker's list of the jobs that it has in hand.
struct Ping {
  Timestamp asked{};  ///< as LiveWorker::asked, when the ping arrived
  std::vector<JobId> jobs;
};

/// The order in which parked workers get jobs: fewest held, then idle for longest, then registration.
using FreeKey = std::tuple<std::size_t, std::uint64_t, std::uint64_t>;

struct LiveWorker : Deadline {
  LiveWorker(Worker value, LiveEndpoint& of, std::uint64_t serial)
      : Deadline(DueKind::worker), worker(std::move(value)), endpoint(&of), number(serial) {}

  bool runtime() const { return worker.origin == WorkerOrigin::runtime; }
  WorkerState state() const { return worker.state; }
  /// Jobs in its hands, without those that it denies.
  std::size_t held() const {
    std::size_t count = 0;
    for (const Lease& lease : leases) count += lease.denied() ? 0 : 1;
    return count;
  }

  /// A worker's package begins to ping when it begins to ask for jobs.
  void note_first_ping(Timestamp now) {
    if (state() == WorkerState::starting && first_ping == timestamp_never) first_ping = now;
  }

  /// It has asked for jobs since then, and after that has twice in a row not listed this one.
  bool unlisted(const JobId& job, Timestamp since) const {
    return std::all_of(pings.begin(), pings.end(), [&](const Ping& ping) {
      return ping.asked > since && std::find(ping.jobs.begin(), ping.jobs.end(), job) == ping.jobs.end();
    });
  }
  /// Its words since then prove that it has the job in hand no more.
  bool let_go(const JobId& job, Timestamp since) const { return empty > since || unlisted(job, since); }
  /// It may still run the queued job from before a retry, or from before it was silent for too long, or
  /// repeat its answer, and the two runs have the same id.
  bool runs_perhaps(const Job& job) const {
    const auto last = std::find_if(job.past.rbegin(), job.past.rend(), [this](const JobStep& step) {
      return step.worker == worker.id && (step.kind == JobStepKind::failed ||
                                          step.kind == JobStepKind::lost || step.kind == JobStepKind::ended);
    });
    if (last != job.past.rend()) return !let_go(job.id, last->at);
    return !job.leased && job.worker == worker.id && !let_go(job.id, job.submitted);
  }

  /// That of a job which it holds.
  Lease& lease_of(const LiveJob& job) {
    const auto lease = std::find_if(leases.begin(), leases.end(),
                                    [&job](const Lease& candidate) { return candidate.job == &job; });
    ASSERT(lease != leases.end());
    return *lease;
  }

  /// From its creation, in ms; the most that fits if it was later.
  std::uint32_t age(Timestamp now) const {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>((now - worker.created).count(), 0, not_yet - 1));
  }
  static constexpr std::uint32_t not_yet = std::numeric_limits<std::uint32_t>::max();

  Worker worker;
  LiveEndpoint* endpoint;
  std::uint64_t number;  ///< unique, in order of registration
  std::vector<Lease> leases;
  std::vector<StopEntry> stops;
  std::vector<Waiter*> takes;       ///< its parked polls for jobs, oldest first
  std::vector<Waiter*> stop_polls;  ///< its parked polls for stops
  std::uint64_t idle_order = 0;     ///< grows; lower: idle for longer
  Timestamp idle_since{};
  Timestamp last_word{};  ///< poll, ping or answer
  Timestamp last_poll{};  ///< arrival or end of a poll for jobs
  /// While it is starting: of its first ping; timestamp_never: none has come.
  Timestamp first_ping = timestamp_never;
  Timestamp asked{};            ///< its newest poll was sent after it had read all deliveries before this
  Timestamp arrived{};          ///< arrival of its newest poll
  Timestamp empty{};            ///< its last poll that said so proves that it held nothing then
  std::array<Ping, 2> pings;    ///< its last two, the newest first
  bool ready = false;           ///< it has polled
  bool useful = false;          ///< it has ended a job
  bool given = false;           ///< it was given a job, perhaps before a restart of the server
  bool gone = false;            ///< being removed
  bool kill_when_free = false;  ///< it runs a job that it was told to stop, beside others
  bool idle_listed = false;     ///< among the endpoint's idle workers
  std::uint32_t started_after = not_yet;  ///< ms from its creation until its process began
  std::uint32_t ready_after = not_yet;    ///< ms from its creation until its first poll
  std::string unhealthy;                  ///< text that its own checks reported; empty: none
  std::unique_ptr<std::string> failure;   ///< why it is being replaced; null: it is not, or did not fail
  std::optional<FreeKey> free_key;
  LiveWorker* idle_before = nullptr;  ///< neighbours among the endpoint's idle workers
  LiveWorker* idle_behind = nullptr;
};

}  // namespace pilotlight::core
