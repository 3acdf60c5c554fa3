#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "sim/checkers/step.hpp"
#include "sim/twins/sim_store.hpp"

namespace pilotlight::sim {

struct World;

/// Webhooks (S15, L5): every end of a job that has one is owed from the moment it is recorded, tried again at
/// the right times and no oftener than allowed, and told only of what is on disk.
class WebhookLaws {
 public:
  explicit WebhookLaws(World& world) : world_(world) {}

  /// `image` is the state before the record.
  void recorded(const Step& step, const Image& image, const Record& record);
  /// `image` is the state after the step.
  void step_ends(const Step& step, const Image& image);
  void released(const Effect& effect, const Disk& disk) const;
  void crashed() { under_way_.clear(); }
  /// The end of the seed: nothing is owed any more.
  void demand_told() const;

 private:
  void fresh(const Step& step, const Webhook& webhook) const;
  void tried(const Step& step, const Webhook& before, const record::WebhookSaved& saved) const;

  World& world_;
  std::unordered_map<JobId, EndpointId> under_way_;
};

}  // namespace pilotlight::sim
