#pragma once

#include <cstdint>
#include <variant>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight::effect {

/// Send the job's end to its URL; then WebhookTried. At least once for each outcome, with the same delivery
/// id however often.
struct SendWebhook {
  static constexpr std::uint8_t wire = 5;
  JobId job;
  EndpointId endpoint;
  Timestamp outcome{};
  std::uint32_t attempt = 1;  ///< from 1
};

}  // namespace pilotlight::effect

namespace pilotlight {

using WebhookEffects = std::variant<effect::SendWebhook>;

}  // namespace pilotlight
