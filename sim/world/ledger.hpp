#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "domain/command.hpp"
#include "domain/jobs/job.hpp"

namespace pilotlight::sim {

/// A worker that was handed a job, the batch that did it, and the batch that took it back because the answer
/// could not be written, or the worker failed and the job is tried again.
struct Given {
  WorkerId worker;
  std::uint64_t batch = 0;
  std::uint64_t void_batch = 0;
  Ticket ticket = ticket_none;  ///< the poll that was answered
};

/// What clients were told of a job. A crash takes nothing of it back.
struct Told {
  bool acknowledged = false;
  std::uint8_t retries = 0;
  std::optional<JobState> final;
  unsigned lives = 0;         ///< how often its retry was asked for
  unsigned open_retries = 0;  ///< retries of unknown outcome: it may live again at any time
};

/// All that the outside knows of one job. Facts carry the number of the batch in which they came about,
/// because a crash takes back the facts of batches that were not durable; 0: not so.
struct JobEntry {
  command::SubmitJob asked;
  Timestamp submitted{};
  std::uint64_t place = 0;     ///< in the order of submissions
  std::uint64_t reserved = 0;  ///< its place once it is submitted, beside others of one command
  std::uint64_t submitted_batch = 0;
  std::uint64_t returned_batch = 0;  ///< batch of its first return to the queue
  std::uint64_t ended_batch = 0;
  std::vector<Given> given;  ///< deliveries whose workers may end it
  std::optional<FinalJob> ended;
  std::uint64_t retried_batch = 0;    ///< batch of the retry that began this life
  std::shared_ptr<JobEntry> earlier;  ///< the life before it
  Told told;

  bool given_to(const WorkerId& worker) const;
  /// The answer to this poll could not be written. That of an earlier delivery voids nothing: nobody takes it
  /// for a word on the present one.
  void undelivered(Ticket poll, std::uint64_t batch);
  /// The worker said that its run failed, and the job is tried again: it has nothing more to say of it.
  void failed(const WorkerId& worker, std::uint64_t batch);
};

/// All that the outside knows of one worker.
struct WorkerEntry {
  EndpointId endpoint;
  bool by_hand = false;
  std::uint64_t dead_batch = 0;  ///< its end is known to the server
  bool stopped = false;          ///< we told it to stop
  bool killed = false;           ///< we had it killed
  bool took = false;             ///< it has asked for a job
  Timestamp last_word{};
};

/// What was asked, acknowledged and handed out, as the simulated clients and workers know it. Never reads the
/// control plane.
class Ledger {
 public:
  JobEntry* job(const JobId& id);
  WorkerEntry& worker(const WorkerId& id) { return workers_[id]; }
  /// A client is about to ask for this job.
  void asked(const command::SubmitJob& job);
  void submitted(JobEntry& entry, Timestamp now, std::uint64_t batch);
  /// It begins anew: who was given it before may not end it any more.
  void retried(JobEntry& entry, Timestamp now, std::uint64_t batch);
  std::uint64_t places() const { return places_; }
  std::uint64_t take_place() { return ++places_; }

  /// Facts of batches after `durable` never were.
  void crashed(std::uint64_t durable);

  /// In the order in which they were asked for.
  const std::deque<JobEntry*>& jobs() const { return order_; }
  std::unordered_map<WorkerId, WorkerEntry>& workers() { return workers_; }

 private:
  std::unordered_map<JobId, JobEntry> jobs_;
  std::deque<JobEntry*> order_;
  std::unordered_map<WorkerId, WorkerEntry> workers_;
  std::uint64_t places_ = 0;
};

}  // namespace pilotlight::sim
