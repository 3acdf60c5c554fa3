// The ends of jobs that are to be told to a URL: what is still owed, when it is tried again, and when given
// up.
#include "core/webhooks.hpp"

#include <utility>

#include "base/mark.hpp"
#include "core/backoff.hpp"
#include "core/mutant.hpp"
#include "domain/webhooks/commands.hpp"

namespace pilotlight::core {
namespace {

/// The pause after so many attempts.
milliseconds pause_after(std::uint32_t attempts, const Limits& limits) {
  return grown(limits.webhook_retry_first, 3, attempts, limits.webhook_retry_max);
}

}  // namespace

LiveWebhook& Webhooks::add(const Webhook& value) {
  auto& place = by_job_[value.job.row()];
  ASSERT(place == nullptr);
  place = std::make_unique<LiveWebhook>(value);
  deadlines_.set(*place, value.due);
  return *place;
}

void Webhooks::owe(const FinalJob& job) {
  if (!job.webhook) return;
  LiveWebhook& webhook = add({job.id, job.endpoint, job.finished, WebhookState::open, 0, call_.now()});
  call_.save(record::WebhookSaved{webhook.value, {}});
  due(webhook);
}

void Webhooks::due(LiveWebhook& webhook) {
  if (webhook.under_way) {
    MARK("core.webhook_not_heard_of");
    return note(webhook, {call_.now(), 0, "the outcome of this attempt is unknown"});
  }
  deadlines_.clear(webhook);
  Lane& lane = lanes_[webhook.value.endpoint];
  lane.ready.emplace_back(webhook.value.job.row(), webhook.value.outcome);
  send(lane);
}

void Webhooks::send(Lane& lane) {
  if (draining_) return;
  while (!lane.ready.empty() && lane.under_way < limits_.webhooks_at_once) {
    const auto [row, outcome] = lane.ready.front();
    lane.ready.pop_front();
    const auto found = by_job_.find(row);
    if (found == by_job_.end() || found->second->value.outcome != outcome) continue;
    LiveWebhook& webhook = *found->second;
    webhook.under_way = true;
    ++lane.under_way;
    deadlines_.set(webhook, later(call_.now(), limits_.webhook_silence_max));
    const Webhook& value = webhook.value;
    call_.emit(effect::SendWebhook{value.job, value.endpoint, value.outcome, value.attempts + 1});
  }
}

/// What was under way is so no more.
void Webhooks::end_attempt(LiveWebhook& webhook) {
  if (!std::exchange(webhook.under_way, false)) return;
  const auto lane = lanes_.find(webhook.value.endpoint);
  ASSERT(lane != lanes_.end() && lane->second.under_way > 0);
  --lane->second.under_way;
  send(lane->second);
  if (lane->second.under_way == 0 && lane->second.ready.empty()) lanes_.erase(lane);
}

void Webhooks::note(LiveWebhook& webhook, WebhookAttempt attempt) {
  Webhook& value = webhook.value;
  ++value.attempts;
  if (attempt.succeeded())
    value.state = WebhookState::delivered;
  else if (value.attempts >= limits_.webhook_attempts_max || mutant(Mutant::webhook_tried_once))
    value.state = WebhookState::given_up;
  else
    value.due = later(call_.now(), pause_after(value.attempts, limits_));
  call_.save(record::WebhookSaved{value, std::move(attempt)});
  end_attempt(webhook);
  if (value.state == WebhookState::open) return deadlines_.set(webhook, value.due);
  if (value.state == WebhookState::given_up) MARK("core.webhook_given_up");
  forget(value.job.row());
}

void Webhooks::forget(RowNumber job) {
  const auto found = by_job_.find(job);
  if (found == by_job_.end()) return;
  end_attempt(*found->second);
  deadlines_.clear(*found->second);
  by_job_.erase(found);
}

void Webhooks::report(const command::WebhookTried& tried) {
  const auto found = by_job_.find(tried.job.row());
  const bool due = found != by_job_.end() && found->second->value.job == tried.job &&
                   found->second->value.outcome == tried.outcome && found->second->under_way &&
                   found->second->value.attempts + 1 == tried.attempt;
  if (!due) {
    MARK("core.webhook_report_too_late");
    return;
  }
  note(*found->second, {call_.now(), tried.status, tried.detail});
}

}  // namespace pilotlight::core
