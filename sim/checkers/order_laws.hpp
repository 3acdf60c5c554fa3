#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// First in, first leased, except that what was returned goes before what was never handed out (S8). Places
/// are those of the ledger; the core's own `order` is not looked at.
class OrderLaws {
 public:
  explicit OrderLaws(World& world) : world_(world) {}

  void saved(const Job& after);
  void finished(const FinalJob& job);
  void crashed(const Image& image);

 private:
  struct Line {
    std::map<std::uint64_t, JobId> fresh;
    std::map<JobId, std::vector<WorkerId>> returned;  ///< with those who may still have it
  };
  void left(const EndpointId& endpoint, const JobId& job);
  void queued(const Job& job);

  World& world_;
  std::map<EndpointId, Line> lines_;
};

}  // namespace pilotlight::sim
