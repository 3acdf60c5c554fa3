#pragma once

#include <set>
#include <utility>

#include "domain/effect.hpp"

namespace pilotlight::sim {

struct World;

/// The sender of webhooks and all receivers behind it: answers fail, come late, get lost after the receiver
/// heard, and reports come twice or never. What is under way dies with the server.
class SimReceivers {
 public:
  explicit SimReceivers(World& world) : world_(world) {}

  void send(const effect::SendWebhook& webhook);
  /// Whether the receiver was told of this end, with a success as its answer.
  bool accepted(const JobId& job, Timestamp outcome) const { return accepted_.contains({job, outcome}); }

 private:
  World& world_;
  std::set<std::pair<JobId, Timestamp>> accepted_;
};

}  // namespace pilotlight::sim
