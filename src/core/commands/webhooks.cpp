#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::WebhookTried& c) {
  webhooks.report(c);
}

}  // namespace pilotlight::core
