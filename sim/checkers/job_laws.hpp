#pragma once

#include <map>
#include <optional>
#include <queue>

#include "sim/checkers/step.hpp"
#include "sim/world/ledger.hpp"

namespace pilotlight::sim {

struct World;

/// The life of a job as its records tell it: S1 and S2 (states change only as the machine allows and for a
/// reason that the outside gave), S7 (bounds), S9 (times).
class JobLaws {
 public:
  explicit JobLaws(World& world) : world_(world) {}

  // `image` is the state before the record.
  void saved(const Step& step, const Image& image, const Job& after);
  void finished(const Step& step, const Image& image, const FinalJob& job);
  void endpoint_saved(const Endpoint& endpoint);
  void purged(const EndpointId& endpoint);

  /// Nothing that was due is still open. After an `advance` that left no work.
  void settled(Timestamp now, const Image& image);
  /// Deadlines hold across a crash.
  void crashed(const Image& image);
  /// The job was delivered now; its execution time counts from here.
  void delivered(const Job& job);
  /// It may run for ever.
  bool unlimited(const Job& job) const { return timeouts(job).none; }

 private:
  struct Deadline {
    Timestamp when;
    JobId job;
    std::optional<Timestamp> leased;  ///< time of the delivery that it belongs to; else time to live
    bool turn = false;                ///< it enters the queue
    bool operator<(const Deadline& other) const { return when > other.when; }
  };
  /// The execution timeouts that an endpoint has had; 0 stands for none.
  struct Timeouts {
    milliseconds low, high;
    bool none = false;
  };
  static bool asks_for(const Step& step, const JobId& id);
  void fresh(const Step& step, const Image& image, const Job& job);
  static void may_live_again(const JobEntry& entry, const FinalJob& row, Timestamp now);
  void changed(const Step& step, const Image& image, const Job& before, const Job& after);
  /// It waits aside until its time, and no longer (S17).
  void turn_holds(const Step& step, const Image& image, const Job& before, const Job& after);
  void reason_holds(const Step& step, const Image& image, const Job& before, const FinalJob& job);
  void answer_holds(const Step& step, const Image& image, const Job& before, const FinalJob& job);
  void timeout_holds(const Step& step, const Job& before, const FinalJob& job);
  void cancel_holds(const Step& step, const Image& image, const Job& before);
  void times_hold(const Step& step, const Image& image, const Job& before, const FinalJob& job);
  const QueueSettings& settings(const Image& image, const EndpointId& endpoint) const;
  std::int64_t retries_max(const Image& image, const EndpointId& endpoint) const;
  Timeouts timeouts(const Job& job) const;
  Timestamp expires_at_ttl(const Job& job) const;

  World& world_;
  std::priority_queue<Deadline> deadlines_;
  std::map<EndpointId, Timeouts> timeouts_;
  std::map<EndpointId, std::uint64_t> purges_;  ///< the newest job that a purge may cancel
};

}  // namespace pilotlight::sim
