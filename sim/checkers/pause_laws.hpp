#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;
class TicketLaws;

/// Paused endpoints (S21), as far as the plan has them refuse jobs: an endpoint whose workers_max is 0
/// accepts a job only if a worker started by hand has polled since the endpoint was last saved, and only then
/// is no job refused as paused.
class PauseLaws {
 public:
  explicit PauseLaws(World& world) : world_(world) {}

  /// Before the call that applies the command.
  void asked(const Command& command, const Image& image, const TicketLaws& tickets);
  void step_ends(const Step& step, const Image& image);
  /// Forgets polls and saves after batch `durable`: the crash undid them.
  void crashed(std::uint64_t durable);

 private:
  /// Whether a worker started by hand has polled, from this batch on.
  struct Turn {
    std::uint64_t batch = 0;
    bool polled = false;
  };
  bool paused(const Image& image, const EndpointId& endpoint) const;
  void turn(const Step& step, const EndpointId& endpoint, bool polled);
  void submitted(const Step& step, const Image& image, const command::SubmitJob& job) const;
  void submitted(const Step& step, const Image& image, const command::SubmitJobs& jobs) const;
  void accepted(const Image& image, const command::SubmitJob& job) const;
  void refused(const Image& image, const command::SubmitJob& job, const answer::Refused& refusal) const;

  World& world_;
  bool polls_open_ = false;  ///< at the endpoint that the command saves, by workers started by hand
  std::map<EndpointId, std::vector<Turn>> turns_;  ///< in order
};

}  // namespace pilotlight::sim
