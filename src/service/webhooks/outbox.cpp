#include "service/webhooks/outbox.hpp"

#include <chrono>

#include "base/log.hpp"
#include "domain/command.hpp"
#include "domain/webhooks/effects.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {
namespace {

Result<Body> read(Store& store, const PayloadRef& ref) {
  return ref ? store.read(ref) : Result<Body>(nullptr);
}

}  // namespace

std::string delivery_id(const JobId& job, Timestamp outcome) {
  return job.text() + "-" + std::to_string(to_ms(outcome));
}

void WebhookOutbox::send(const effect::SendWebhook& effect) {
  engine_.on_files_thread([this, effect] { read_and_send(effect); });
}

void WebhookOutbox::read_and_send(const effect::SendWebhook& effect) {
  const auto row = store_.final_job(effect.job, Timestamp::min());
  if (!row) return report(effect, {0, row.error().message});
  // A retry may have taken it back this moment.
  if (!*row || (*row)->finished != effect.outcome)
    return report(effect, {0, "the job was retried before its webhook was sent"});
  const FinalJob& job = **row;
  const auto input = read(store_, job.input), extras = read(store_, job.extras),
             result = result_of(store_, job);
  for (const auto* part : {&input, &extras, &result})
    if (!*part) return report(effect, {0, part->error().message});
  webhook::Post post;
  post.url = words_.url(*extras);
  post.id = delivery_id(effect.job, effect.outcome);
  post.body = words_.body(job, *result, *input, *extras);
  post.timestamp =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  sender_.send(std::move(post),
               [this, effect](webhook::Outcome outcome) { report(effect, std::move(outcome)); });
}

void WebhookOutbox::report(const effect::SendWebhook& effect, webhook::Outcome outcome) {
  log::info("webhook_tried job={} attempt={} answer={} detail=\"{}\"", effect.job.text(), effect.attempt,
            outcome.status, outcome.detail);
  engine_.submit(engine::Lane::control, command::WebhookTried{effect.job, effect.outcome, effect.attempt,
                                                              static_cast<std::uint16_t>(outcome.status),
                                                              std::move(outcome.detail)});
}

}  // namespace pilotlight::service
