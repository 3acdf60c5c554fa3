#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Idempotency-Keys (S16): once a job is accepted under a key, no other job is accepted under it for as long
/// as keys are kept, and every client that sends the same body is told of the first job.
class KeyLaws {
 public:
  explicit KeyLaws(World& world) : world_(world) {}

  void step_ends(const Step& step);
  /// What was accepted after `durable` never was.
  void crashed(std::uint64_t durable);

  /// A client is told that its request is this job, as its door saw it at `looked`.
  void told(const EndpointId& endpoint, const IdempotencyKey& key, const JobId& job, Timestamp looked) const;
  /// A client is told that its key stands for another body.
  void refused(const EndpointId& endpoint, const IdempotencyKey& key, Timestamp looked) const;

 private:
  struct Accepted {
    JobId job;
    std::string body_sha256;
    Timestamp at{};
    std::uint64_t batch = 0;
  };
  using Name = std::pair<EndpointId, std::string>;
  Timestamp free_from(const Accepted& accepted) const;
  const std::vector<Accepted>& under(const EndpointId& endpoint, const IdempotencyKey& key) const;

  World& world_;
  std::map<Name, std::vector<Accepted>> accepted_;  ///< in order
};

}  // namespace pilotlight::sim
