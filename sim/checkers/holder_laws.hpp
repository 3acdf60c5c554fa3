#pragma once

#include <set>
#include <utility>
#include <vector>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Who holds a job (S3): it is handed only to workers that live and asked for it, never taken from one that
/// holds it, and ended only by one that was given it. The truth about who holds what comes from the simulated
/// workers themselves.
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
  /// Jobs that a worker has listed in a ping while it was to have them. One that is left over from a worker
  /// before it looks like a delivery that arrived, also where the answer was lost.
  std::set<std::pair<JobId, WorkerId>> listed_;
  std::vector<Lease> leases_;      ///< made in this step
  std::vector<WorkerId> removed_;  ///< in this step
  bool finish_counts_ = false;     ///< the result in hand comes from one that may end the job
  bool finish_unsure_ = false;     ///< or it is for the server to say
};

}  // namespace pilotlight::sim
