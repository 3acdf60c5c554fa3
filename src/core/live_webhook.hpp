#pragma once

#include <deque>
#include <utility>

#include "core/deadlines.hpp"
#include "domain/webhook.hpp"

namespace pilotlight::core {

/// An open webhook. Its deadline is that of the next attempt or, while one is under way, of its report.
struct LiveWebhook : Deadline {
  explicit LiveWebhook(const Webhook& what) : Deadline(DueKind::webhook), value(what) {}

  Webhook value;
  bool under_way = false;
};

/// The open webhooks of one endpoint: a receiver that is slow holds up no other endpoint's.
struct WebhookLane {
  /// Row of the job and outcome; of what has gone since, it is passed over.
  std::deque<std::pair<RowNumber, Timestamp>> ready;
  std::uint32_t under_way = 0;
};

}  // namespace pilotlight::core
