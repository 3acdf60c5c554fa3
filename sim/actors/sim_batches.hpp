#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "domain/answer.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// Simulated clients that collect requests in batches and make jobs of them later, in one command; what a
/// crash or a refusal leaves undone is finalized again, or given up. The door's part is here as well: it
/// reads what is still a request on disk and hands that in.
class SimBatches {
 public:
  explicit SimBatches(World& world) : world_(world) {}

  void begin();
  /// No more batches, and none that is under way becomes jobs.
  void stop() { stopped_ = true; }

 private:
  struct Draft {
    RowNumber number = 0;
    EndpointId endpoint;
    std::vector<JobId> jobs;
    unsigned tries = 1;      ///< to finalize it, left
    bool handed_in = false;  ///< its jobs are with the control plane
    bool given_up = false;
  };
  using Shared = std::shared_ptr<Draft>;

  void arrive();
  void make();
  void finalize_later(const Shared& draft);
  void finalize(const Shared& draft);
  void hand_in(const Shared& draft);
  void heard(const Shared& draft, const std::vector<JobId>& jobs, const Answer* answer);
  void give_up(const Shared& draft);

  World& world_;
  bool stopped_ = false;
};

}  // namespace pilotlight::sim
