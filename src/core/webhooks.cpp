// The ends of jobs that are to be told to a URL: what is still owed, when it is tried again, and when given
// up.
#include <algorithm>
#include <utility>

#include "base/mark.hpp"
#include "core/backoff.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {
namespace {

/// The pause after so many attempts.
milliseconds pause_after(std::uint32_t attempts, const Limits& limits) {
  return grown(limits.webhook_retry_first, 3, attempts, limits.webhook_retry_max);
}

}  // namespace

LiveWebhook& State::add_webhook(const Webhook& value) {
  auto& place = webhooks[value.job.row()];
  ASSERT(place == nullptr);
  place = std::make_unique<LiveWebhook>(value);
  deadlines.set(*place, value.due);
  return *place;
}

void State::owe_webhook(const FinalJob& job) {
  if (!job.webhook) return;
  LiveWebhook& webhook = add_webhook({job.id, job.endpoint, job.finished, WebhookState::open, 0, call.now()});
  call.save(record::WebhookSaved{webhook.value, {}});
  webhook_due(webhook);
}

void State::webhook_due(LiveWebhook& webhook) {
  if (webhook.under_way) {
    MARK("core.webhook_not_heard_of");
    return webhook_tried(webhook, {call.now(), 0, "the attempt was not heard of again"});
  }
  deadlines.clear(webhook);
  WebhookLane& lane = webhook_lanes[webhook.value.endpoint];
  lane.ready.emplace_back(webhook.value.job.row(), webhook.value.outcome);
  send_webhooks(lane);
}

void State::send_webhooks(WebhookLane& lane) {
  if (draining) return;
  while (!lane.ready.empty() && lane.under_way < limits.webhooks_at_once) {
    const auto [row, outcome] = lane.ready.front();
    lane.ready.pop_front();
    const auto found = webhooks.find(row);
    if (found == webhooks.end() || found->second->value.outcome != outcome) continue;
    LiveWebhook& webhook = *found->second;
    webhook.under_way = true;
    ++lane.under_way;
    deadlines.set(webhook, later(call.now(), limits.webhook_silence_max));
    const Webhook& value = webhook.value;
    call.emit(effect::SendWebhook{value.job, value.endpoint, value.outcome, value.attempts + 1});
  }
}

/// What was under way is so no more.
void State::end_attempt(LiveWebhook& webhook) {
  if (!std::exchange(webhook.under_way, false)) return;
  const auto lane = webhook_lanes.find(webhook.value.endpoint);
  ASSERT(lane != webhook_lanes.end() && lane->second.under_way > 0);
  --lane->second.under_way;
  send_webhooks(lane->second);
  if (lane->second.under_way == 0 && lane->second.ready.empty()) webhook_lanes.erase(lane);
}

void State::webhook_tried(LiveWebhook& webhook, WebhookAttempt attempt) {
  Webhook& value = webhook.value;
  ++value.attempts;
  if (attempt.succeeded())
    value.state = WebhookState::delivered;
  else if (value.attempts >= limits.webhook_attempts_max || mutant(Mutant::webhook_tried_once))
    value.state = WebhookState::given_up;
  else
    value.due = later(call.now(), pause_after(value.attempts, limits));
  call.save(record::WebhookSaved{value, std::move(attempt)});
  end_attempt(webhook);
  if (value.state == WebhookState::open) return deadlines.set(webhook, value.due);
  if (value.state == WebhookState::given_up) MARK("core.webhook_given_up");
  forget_webhook(value.job.row());
}

void State::forget_webhook(RowNumber job) {
  const auto found = webhooks.find(job);
  if (found == webhooks.end()) return;
  end_attempt(*found->second);
  deadlines.clear(*found->second);
  webhooks.erase(found);
}

void State::on(const command::WebhookTried& c) {
  const auto found = webhooks.find(c.job.row());
  const bool due = found != webhooks.end() && found->second->value.job == c.job &&
                   found->second->value.outcome == c.outcome && found->second->under_way &&
                   found->second->value.attempts + 1 == c.attempt;
  if (!due) {
    MARK("core.webhook_report_too_late");
    return;
  }
  webhook_tried(*found->second, {call.now(), c.status, c.detail});
}

}  // namespace pilotlight::core
