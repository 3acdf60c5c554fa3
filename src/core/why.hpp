#pragma once

#include <optional>
#include <string>

#include "core/live_endpoint.hpp"
#include "domain/jobs/waiting.hpp"
#include "domain/limits.hpp"

namespace pilotlight::core {

/// Finds out why jobs wait: one typed reason and one sentence for a person.
class Why {
 public:
  /// `draining`: the server shuts down.
  Why(const Limits& limits, Timestamp now, bool draining) : limits_(limits), now_(now), draining_(draining) {}

  Waiting job(const LiveJob& job) const;
  /// For the endpoint's queue as a whole.
  Waiting endpoint(const LiveEndpoint& endpoint) const;

 private:
  Waiting reason(const LiveEndpoint& endpoint, const LiveJob* first, bool low_priority) const;
  Waiting asks_for_nothing(const LiveWorker& worker) const;
  Waiting until_next_step(const LiveEndpoint& endpoint, std::string text) const;
  std::optional<Timestamp> expected_start(const LiveJob& job) const;

  const Limits& limits_;
  Timestamp now_;
  bool draining_;
};

}  // namespace pilotlight::core
