#pragma once

#include <unordered_map>

#include "sim/checkers/step.hpp"
#include "sim/twins/sim_store.hpp"

namespace pilotlight::sim {

struct World;

/// Streams (S14): chunks belong to a job in progress, are numbered without a gap, and are dropped only when
/// another run begins. Readers are told only of chunks that are there.
class StreamLaws {
 public:
  explicit StreamLaws(World& world) : world_(world) {}

  /// `image` is the state before the record.
  void recorded(const Image& image, const Record& record);
  void step_ends(const Step& step);
  void crashed(const Disk& disk);

 private:
  struct Run {
    std::uint32_t number = 0;
    std::uint32_t chunks = 0;
    std::uint64_t bytes = 0;
  };
  void told(const Step& step, const answer::StreamChunks& chunks) const;

  World& world_;
  std::unordered_map<JobId, Run> runs_;
};

}  // namespace pilotlight::sim
