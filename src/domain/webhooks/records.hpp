#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "domain/webhooks/webhook.hpp"

namespace pilotlight::record {

/// While a webhook is open, the job's final row and payloads are kept past their expiry, but hidden from
/// readers. Restored while it is open; removed with the row.
struct WebhookSaved {
  static constexpr std::uint8_t wire = 17;
  Webhook value;
  std::optional<WebhookAttempt> attempt{};  ///< the last, which has just ended
};

}  // namespace pilotlight::record

namespace pilotlight {

using WebhookRecords = std::variant<record::WebhookSaved>;

}  // namespace pilotlight
