#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Workers: never more than allowed, and none stopped by scaling while it works (S5); no id used twice (S3);
/// none started for low-priority jobs alone (S8). A worker that does not poll is killed no earlier than its
/// init timeout, unless it pings (S20). A crash loop backs off (L3). A runtime's worker of an old version of
/// its endpoint gets no job, and a restart that kills leaves none of them running (S26).
class WorkerLaws {
 public:
  explicit WorkerLaws(World& world) : world_(world) {}

  /// Before the call.
  void asked(const Command& command, const Image& image, const Batch& batch);
  // `image` is the state before the record.
  void saved(const Step& step, const Image& image, const Worker& after);
  void endpoint_saved(const Image& image, const Endpoint& after);
  /// After all records of the step.
  void step_ends(const Step& step, const Image& image);
  void crashed();

 private:
  struct Heard;
  /// Workers of an endpoint that ended before they worked, one after the other.
  struct Streak {
    std::uint32_t failures = 0;
    Timestamp last{};
  };
  void exited(const command::WorkerExited& exit, const Image& image, const Batch& batch);
  void listed(const command::WorkersListed& list, const Image& image, const Batch& batch);
  void started(const Step& step, const Image& image, const effect::StartWorker& start);
  void failed(const EndpointId& endpoint, Timestamp now);
  void only_new_ones_work(const Step& step, const Image& image) const;
  void old_ones_killed(const Step& step, const Image& image) const;
  void strays_stopped(const Step& step, const Image& image);
  void stopped(const Step& step, const Image& image, const effect::StopWorker& stop);
  void had_its_time(const Step& step, const Image& image, const Worker& worker) const;
  static std::int64_t able(const Image& image, const EndpointId& endpoint);
  void not_too_hot(const Step& step, const effect::StartWorker& start);

  World& world_;
  std::set<WorkerId> fresh_;  ///< runtime workers that this step created
  std::map<EndpointId, Streak> streaks_;
};

}  // namespace pilotlight::sim
