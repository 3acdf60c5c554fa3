#include "core/commands/handlers.hpp"

namespace pilotlight::core {

void on(const command::WebhookTried& c, Webhooks& webhooks) {
  webhooks.report(c);
}

}  // namespace pilotlight::core
