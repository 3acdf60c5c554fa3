#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "domain/answer.hpp"
#include "sim/actors/sdk.hpp"

namespace pilotlight::sim {

struct World;

/// The simulated workers: each polls, pings, runs and answers jobs the way its generation of the package
/// does, and misbehaves as the plan says. They alone know the truth about who holds a job.
class SimWorkers {
 public:
  explicit SimWorkers(World& world) : world_(world) {}

  /// A process begins to run; the number names it until the end of the run. A worker started by hand may come
  /// again under its old id.
  std::size_t add(const WorkerId& id, const EndpointId& endpoint, WorkerOrigin origin);
  void terminate(std::size_t index);  ///< SIGTERM
  void kill(std::size_t index);       ///< SIGKILL; its end is reported by the caller
  void vanish(std::size_t index);     ///< the machine is gone: nobody reports anything
  /// An answer with jobs is written to it and will arrive.
  void coming(std::size_t index, const answer::JobsTaken& taken);

  /// The last lines that it wrote, be it dead or alive.
  std::vector<OutputLine> output(std::size_t index) const;
  /// The worker lives and has the job in hand, or it is on its way to it.
  bool holds(const WorkerId& id, const JobId& job) const;
  /// It runs one job at a time, and takes several in one answer all the same.
  bool queues(const WorkerId& id) const;
  /// So did a process that was started under this id before, on a package that told this version: its poll
  /// may be answered only now.
  bool queued_before(const WorkerId& id, const SdkVersion& sdk) const;
  /// From now on they behave.
  void heal();
  std::size_t alive() const;

 private:
  struct Held {
    JobId job;
    bool discard = false;    ///< a stop was heard: its result will not be sent
    bool reporting = false;  ///< its work is done, the result is on its way
    bool begun = false;      ///< else it waits for those before it
  };
  struct Worker {
    WorkerId id;
    EndpointId endpoint;
    WorkerOrigin origin = WorkerOrigin::runtime;
    const Sdk* sdk = nullptr;
    std::uint32_t concurrency = 1;
    bool blocks_loop = false;  ///< its handlers block the event loop
    bool skips_pings = false;
    bool ignores_stop = false;
    bool obeys_job_stop = true;
    bool alive = true;
    bool ready = false;
    bool terminating = false;
    bool pings = true;     ///< the ping process lives
    bool resting = false;  ///< between a job and the next poll
    bool deaf = false;     ///< its loop is dead
    bool stuck = false;    ///< it begins no job any more
    std::uint32_t open_takes = 0;
    std::uint32_t open_stops = 0;
    std::uint32_t unread = 0;  ///< answers that wait for its event loop
    Timestamp blocked_until{};
    std::vector<Held> held;
    std::vector<JobId> coming;
    std::vector<JobId> pinged;  ///< jobs that the ping process lists
    std::vector<JobId> ghosts;  ///< jobs of a worker before it, which it takes for its own
    std::deque<OutputLine> output;
  };

  void become_ready(std::size_t index);
  void find_left_jobs(Worker& worker);
  void leave_jobs(const Worker& worker);
  void ping_ghosts(const Worker& worker, std::vector<JobId>& jobs);
  void feed(std::size_t index);
  void rest(std::size_t index, milliseconds pause);
  void begin_waiting(std::size_t index);
  void send_take(std::size_t index, std::uint32_t max);
  void taken(std::size_t index, const Answer* answer, std::uint32_t asked);
  void take_in(std::size_t index, const answer::JobsTaken& jobs, std::uint32_t asked);
  void poll_stops(std::size_t index);
  void stops_heard(std::size_t index, const answer::StopJobs& stops);
  void ping(std::size_t index);

  // Jobs (worker_jobs.cpp).
  void write(std::size_t index, std::string line);
  void begin_job(std::size_t index, const JobId& job);
  milliseconds duration(const JobId& job);
  void progress(std::size_t index, const JobId& job);
  void stream(std::size_t index, const JobId& job);
  void end_job(std::size_t index, const JobId& job);
  void report(std::size_t index, const JobId& job, std::size_t attempt, bool stop_pod);
  void reported(std::size_t index, const JobId& job, std::size_t attempt, bool stop_pod,
                const Answer* answer);
  void post_result(std::size_t index, const JobId& job, bool stop_pod,
                   std::function<void(const Answer*)> heard);
  void let_go(std::size_t index, const JobId& job);
  void impersonate(std::size_t index);

  void revive(std::size_t index);
  void exit_if_done(std::size_t index);
  void die(std::size_t index, std::int32_t exit_code, std::int32_t signal);
  void gone(Worker& worker, std::size_t index);
  Held* find(Worker& worker, const JobId& job);
  bool blocked(const Worker& worker) const;

  World& world_;
  std::deque<Worker> workers_;
  std::uint64_t lines_ = 0;  ///< that were written by all of them
  std::unordered_map<WorkerId, std::size_t> newest_;
  std::map<EndpointId, std::vector<JobId>> left_jobs_;  ///< in the file of the endpoint's folder
};

}  // namespace pilotlight::sim
