#include "core/commands/handlers.hpp"
#include "domain/webhooks/commands.hpp"

namespace pilotlight::core {

void on(const command::WebhookTried& c, Webhooks& webhooks) {
  webhooks.report(c);
}

}  // namespace pilotlight::core
