#pragma once

#include <string>

#include "core/live_endpoint.hpp"
#include "domain/limits.hpp"

namespace pilotlight::core {

/// Since when the worker has held no job and had no poll open; timestamp_never if that is not so, or if it
/// may still be loading.
Timestamp not_asking_since(const LiveWorker& worker);

/// A worker that has not asked for a whole ping interval; null if there is none. Look-ups of waiting jobs ask
/// for it: where every worker is busy, none is looked at.
const LiveWorker* not_asking(const LiveEndpoint& endpoint, const Limits& limits, Timestamp now);

/// Tells a person how such a worker stands, and what to do.
std::string not_asking_text(const LiveWorker& worker);

/// How long a worker may be silent, or ask for nothing.
inline milliseconds silence_max(const Limits& limits) {
  return limits.missed_pings_max * limits.ping_interval;
}

}  // namespace pilotlight::core
