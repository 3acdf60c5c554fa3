#include "sim/checkers/webhook_laws.hpp"

#include <algorithm>

#include "sim/world/world.hpp"

namespace pilotlight::sim {

void WebhookLaws::recorded(const Step& step, const Image& image, const Record& any) {
  if (const auto* revived = std::get_if<record::JobRevived>(&any)) under_way_.erase(revived->id);
  const auto* saved = std::get_if<record::WebhookSaved>(&any);
  if (saved == nullptr) return;
  const auto before = image.webhooks.find(saved->value.job);
  const bool known = before != image.webhooks.end() && before->second.outcome == saved->value.outcome;
  if (!known) return fresh(step, saved->value);
  tried(step, before->second, *saved);
  under_way_.erase(saved->value.job);
}

void WebhookLaws::fresh(const Step& step, const Webhook& webhook) const {
  const bool ended = std::any_of(step.records.begin(), step.records.end(), [&webhook](const Record& record) {
    const auto* end = std::get_if<record::JobFinished>(&record);
    return end != nullptr && end->value.id == webhook.job && end->value.finished == webhook.outcome &&
           end->value.webhook;
  });
  require(ended, "S15", "a webhook is owed for job {}, which does not end", webhook.job);
  require(webhook.state == WebhookState::open && webhook.attempts == 0 && webhook.due == step.now(), "S15",
          "the webhook of job {} begins in its middle", webhook.job);
}

void WebhookLaws::tried(const Step& step, const Webhook& before, const record::WebhookSaved& saved) const {
  const Limits& limits = world_.plan.limits;
  const Webhook& after = saved.value;
  require(saved.attempt && saved.attempt->ended == step.now() && after.attempts == before.attempts + 1, "S15",
          "job {}: {} attempts after {}", after.job, after.attempts, before.attempts);
  require(under_way_.contains(after.job), "S15", "job {}: an attempt ends that never began", after.job);
  const auto* report = step.is<command::WebhookTried>();
  require(report != nullptr ? report->job == after.job && report->outcome == after.outcome &&
                                  report->status == saved.attempt->status
                            : saved.attempt->status == 0,
          "S15", "job {}: nobody reported this attempt", after.job);
  const bool last = after.attempts == limits.webhook_attempts_max;
  const WebhookState due_state = saved.attempt->succeeded() ? WebhookState::delivered
                                 : last                     ? WebhookState::given_up
                                                            : WebhookState::open;
  require(after.state == due_state, "L5", "job {}: webhook state {} after {} attempts and status {}",
          after.job, static_cast<int>(after.state), after.attempts, saved.attempt->status);
  const milliseconds pause = after.due - step.now();
  require(after.state != WebhookState::open ||
              (pause >= std::min(limits.webhook_retry_first, limits.webhook_retry_max) &&
               pause <= limits.webhook_retry_max),
          "S15", "job {}: the next attempt is due in {} ms", after.job, pause.count());
}

void WebhookLaws::step_ends(const Step& step, const Image& image) {
  for (const Record& record : step.records) {
    const auto* end = std::get_if<record::JobFinished>(&record);
    if (end == nullptr || !end->value.webhook) continue;
    const auto owed = image.webhooks.find(end->value.id);
    require(owed != image.webhooks.end() && owed->second.outcome == end->value.finished, "L5",
            "job {} ends and its webhook is not owed", end->value.id);
  }
  for (const Effect& effect : step.effects) {
    const auto* sent = std::get_if<effect::SendWebhook>(&effect);
    if (sent == nullptr) continue;
    require(!world_.draining, "S15", "the webhook of job {} begins while the server shuts down", sent->job);
    const auto owed = image.webhooks.find(sent->job);
    // It may have begun and failed in one step.
    require(owed == image.webhooks.end() || owed->second.outcome != sent->outcome ||
                sent->attempt <= owed->second.attempts + 1,
            "S15", "job {}: attempt {} after {}", sent->job, sent->attempt,
            owed == image.webhooks.end() ? 0 : owed->second.attempts);
    require(under_way_.emplace(sent->job, sent->endpoint).second, "S15", "job {} is told twice at a time",
            sent->job);
    const auto at_once = std::count_if(under_way_.begin(), under_way_.end(),
                                       [sent](const auto& one) { return one.second == sent->endpoint; });
    require(at_once <= world_.plan.limits.webhooks_at_once, "S7", "{} webhooks of {} at a time", at_once,
            sent->endpoint);
  }
}

void WebhookLaws::released(const Effect& effect, const Disk& disk) const {
  const auto* sent = std::get_if<effect::SendWebhook>(&effect);
  if (sent == nullptr) return;
  const auto row = disk.finals.find(sent->job);
  const bool lives_again = disk.image.job(sent->job) != nullptr;
  require(lives_again || (row != disk.finals.end() && row->second.finished >= sent->outcome), "S4",
          "a webhook tells of an end of job {} that is not on disk", sent->job);
}

void WebhookLaws::demand_told() const {
  const Disk& disk = world_.store.disk();
  for (const JobEntry* entry : world_.ledger.jobs()) {
    if (!entry->asked.webhook || !entry->ended || entry->ended_batch == 0) continue;
    const auto end = std::pair(entry->asked.id, entry->ended->finished);
    require(world_.receivers.accepted(end.first, end.second) || disk.webhooks_given_up.contains(end), "L5",
            "nobody was told of the end of job {}", end.first);
  }
}

}  // namespace pilotlight::sim
