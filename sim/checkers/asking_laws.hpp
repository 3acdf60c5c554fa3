#pragma once

#include <map>
#include <set>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Workers that hold no job and do not poll (S22). A worker of the runtime is then told to stop after three
/// ping intervals, whatever its pings list. A waiting job names such a worker as its reason only if there is
/// one.
class AskingLaws {
 public:
  explicit AskingLaws(World& world) : world_(world) {}

  void batch_begins(Timestamp now, const Image& image);
  /// Before the call.
  void asked(const Command& command, const Image& image, Timestamp now);
  // `image` is the state before the record.
  void saved(const Image& image, const Worker& after);
  void job_changes(const Image& image, const JobId& job, Timestamp now);
  void told(const Image& image, const EndpointId& endpoint, const Waiting& waiting, Timestamp now) const;
  void settled(Timestamp now, const Image& image);
  void crashed() { since_.clear(); }

  /// The worker has held no job and asked for none for this long.
  bool for_long(const WorkerId& worker, milliseconds time, const Image& image, Timestamp now) const;
  milliseconds patience() const;

 private:
  bool told_rightly(const Worker& worker, const Waiting& waiting, const Image& image, Timestamp now) const;

  World& world_;
  /// When a worker last held a job or had a poll open; of one that is starting, when its first ping came.
  std::map<WorkerId, Timestamp> since_;
  /// Started by hand, and silent for too long since this batch: an answer of the same batch may be from
  /// before.
  std::set<WorkerId> silent_;
};

}  // namespace pilotlight::sim
