#include "sim/actors/sim_receiver.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void SimReceivers::send(const effect::SendWebhook& webhook) {
  Random& dice = world_.dice.receivers;
  const bool works = !happens(dice, world_.faults.webhook_fails);
  constexpr std::uint16_t failures[] = {0, 302, 404, 500};
  const auto status = works ? std::uint16_t{200} : failures[dice.below(4)];
  const bool silent = happens(dice, world_.faults.webhook_silent);
  const int reports = silent ? 0 : happens(dice, world_.faults.repeated_report) ? 2 : 1;
  const command::WebhookTried report{webhook.job, webhook.outcome, webhook.attempt, status, "why not"};
  world_.schedule.after(skewed(dice, milliseconds{1}, milliseconds{30'000}),
                        [this, report, works, reports, life = world_.engine.life()] {
                          if (life != world_.engine.life()) return;
                          if (works) accepted_.insert({report.job, report.outcome});
                          if (reports == 0) MARK("sim: sender of webhooks says nothing");
                          for (int i = 0; i < reports; ++i) world_.engine.submit(Lane::control, report);
                        });
}

}  // namespace pilotlight::sim
