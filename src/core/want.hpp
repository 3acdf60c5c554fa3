#pragma once

#include <cstdint>

#include "core/live_endpoint.hpp"

namespace pilotlight::core {

/// The endpoint's workers, as the scaler counts them.
Capacity capacity_of(const LiveEndpoint& endpoint);

/// The scaler's plan for what waits and works now.
ScalerPlan plan_of(const LiveEndpoint& endpoint, Timestamp now);

/// The workers that an endpoint wants to have started now: those of its plan or, while its workers fail, one
/// at a time with pauses between.
struct Want {
  std::int64_t start = 0;
  bool step = false;       ///< as ScalerPlan::step
  bool held_back = false;  ///< the plan starts workers, and the failures before forbid that now
};

Want want_of(const LiveEndpoint& endpoint, Timestamp now);

}  // namespace pilotlight::core
