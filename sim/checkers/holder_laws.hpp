#pragma once

#include <set>
#include <utility>
#include <vector>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Holders of jobs (S3): a job is delivered only to a worker that lives and polls, is never taken from a
/// worker that holds it, and is ended only by a worker that was given it. The simulated workers themselves
/// say which jobs they hold.
class HolderLaws {
 public:
  explicit HolderLaws(World& world) : world_(world) {}

  /// `image` is the state before the record.
  void saved(const Step& step, const Image& image, const Job& after);
  void finished(const Image& image, const FinalJob& job);
  void worker_removed(const WorkerId& worker);
  /// Before the call of which it speaks.
  void asked(const Command& command, const Image& image);
  /// After all records of the step; `image` is the state after them.
  void step_ends(const Step& step, const Image& image);

 private:
  struct Lease {
    JobId job;
    WorkerId worker;
  };
  void leased(const Step& step, const Image& image, const JobId& id, const WorkerId& to);
  void returned(const Step& step, const Image& image, const Job& before, const Job& after);
  void delivered(const Step& step, const Image& image);
  void judged(const Step& step);
  static bool tried_again(const Step& step, const command::FinishJob& answer);
  bool may_be_lost(const WorkerId& worker, Timestamp now) const;

  World& world_;
  /// Jobs that a worker listed in a ping while the server counted it as their holder. The worker may have
  /// such a job from an earlier worker of the same folder: this looks like a delivery, even if the answer was
  /// lost.
  std::set<std::pair<JobId, WorkerId>> listed_;
  std::vector<Lease> leases_;      ///< made in this step
  std::vector<WorkerId> removed_;  ///< in this step
  bool finish_counts_ = false;     ///< the result in hand comes from a worker that may end the job
  bool finish_unsure_ = false;     ///< the server may drop this result although it counts
};

}  // namespace pilotlight::sim
