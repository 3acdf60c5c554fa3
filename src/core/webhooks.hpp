#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "core/call.hpp"
#include "core/commands/forward.hpp"
#include "core/deadlines.hpp"
#include "domain/webhooks/webhook.hpp"

namespace pilotlight::core {

/// An open webhook. Its deadline is that of the next attempt or, while one is under way, of its report.
struct LiveWebhook : Deadline {
  explicit LiveWebhook(const Webhook& what) : Deadline(DueKind::webhook), value(what) {}

  Webhook value;
  bool under_way = false;
};

/// The open webhooks: when each is tried, tried again, and given up.
class Webhooks {
 public:
  Webhooks(const Limits& limits, Call& call, Deadlines& deadlines)
      : limits_(limits), call_(call), deadlines_(deadlines) {}

  std::size_t size() const { return by_job_.size(); }

  /// Opens the webhook of a job that ends now, and tries it; nothing if the job has none.
  void owe(const FinalJob& job);
  /// The webhook's deadline has come.
  void due(LiveWebhook& webhook);
  /// Takes the report of the attempt that is under way; any other report is dropped.
  void report(const command::WebhookTried& tried);
  /// Nothing if this job has no open webhook.
  void forget(RowNumber job);
  /// No attempt begins from now on.
  void drain() { draining_ = true; }
  /// Takes an open webhook back after a restart.
  void restore(const Webhook& value) { add(value); }

 private:
  /// The open webhooks of one endpoint: a receiver that is slow holds up no other endpoint's.
  struct Lane {
    /// Row of the job and outcome; of what has gone since, it is passed over.
    std::deque<std::pair<RowNumber, Timestamp>> ready;
    std::uint32_t under_way = 0;
  };

  LiveWebhook& add(const Webhook& value);
  void send(Lane& lane);
  void end_attempt(LiveWebhook& webhook);
  void note(LiveWebhook& webhook, WebhookAttempt attempt);

  const Limits& limits_;
  Call& call_;
  Deadlines& deadlines_;
  std::unordered_map<RowNumber, std::unique_ptr<LiveWebhook>> by_job_;  ///< never iterated
  std::map<EndpointId, Lane> lanes_;
  bool draining_ = false;
};

}  // namespace pilotlight::core
