#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// One endpoint, a worker started by hand, and jobs with a webhook.
struct Telling {
  explicit Telling(Limits limits = {}) : plane(limits) {
    endpoint = plane.make_idle_endpoint();
    worker = plane.register_worker(endpoint);
  }

  JobId submit() {
    command::SubmitJob job = plane.new_job(endpoint);
    job.webhook = true;
    plane.ask<answer::JobAccepted>(job);
    return job.id;
  }
  JobId end_one() {
    const JobId job = submit();
    plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, job});
    return job;
  }
  std::vector<effect::SendWebhook> sent() { return plane.all<effect::SendWebhook>(); }
  void report(const effect::SendWebhook& sent, std::uint16_t status) {
    plane.apply(command::WebhookTried{sent.job, sent.outcome, sent.attempt, status, "why"});
  }
  Webhook saved() const {
    Webhook last;
    for (const Record& record : plane.records)
      if (const auto* webhook = std::get_if<record::WebhookSaved>(&record)) last = webhook->value;
    return last;
  }

  Plane plane;
  EndpointId endpoint;
  WorkerId worker;
};

TEST(Webhooks, the_end_of_a_job_is_told_once_if_that_succeeds) {
  Telling telling;
  const JobId job = telling.submit();
  EXPECT_TRUE(telling.sent().empty());
  telling.plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, telling.endpoint, job});
  const auto sent = telling.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].job, job);
  EXPECT_EQ(sent[0].outcome, telling.plane.now());
  EXPECT_EQ(sent[0].attempt, 1U);
  telling.report(sent[0], 204);
  EXPECT_EQ(telling.saved().state, WebhookState::delivered);
  telling.plane.pass(milliseconds{7 * 86'400'000});
  EXPECT_EQ(telling.sent().size(), 1U);
}

TEST(Webhooks, a_job_without_one_tells_nobody) {
  Telling telling;
  const JobId job = telling.plane.submit(telling.endpoint);
  telling.plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, telling.endpoint, job});
  EXPECT_TRUE(telling.sent().empty());
}

TEST(Webhooks, failures_are_tried_again_later_and_later_and_then_given_up) {
  Telling telling;
  telling.end_one();
  std::vector<std::int64_t> pauses;
  while (telling.saved().state == WebhookState::open) {
    telling.report(telling.sent().back(), pauses.size() % 2 == 0 ? 500 : 0);
    if (telling.saved().state != WebhookState::open) break;
    const std::size_t before = telling.sent().size();
    const milliseconds pause = telling.saved().due - telling.plane.now();
    telling.plane.pass(pause - milliseconds{1});
    EXPECT_EQ(telling.sent().size(), before);
    telling.plane.pass(milliseconds{1});
    EXPECT_EQ(telling.sent().size(), before + 1);
    pauses.push_back(pause.count() / 1'000);
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{10, 30, 90, 270, 810, 2'430, 7'290, 21'600, 21'600}));
  EXPECT_EQ(telling.saved().state, WebhookState::given_up);
  EXPECT_EQ(telling.saved().attempts, 10U);
}

TEST(Webhooks, an_unreported_attempt_fails_and_a_late_report_is_ignored) {
  Telling telling;
  telling.end_one();
  const auto first = telling.sent().back();
  telling.plane.pass(milliseconds{120'000});
  EXPECT_EQ(telling.saved().attempts, 1U);
  telling.report(first, 200);
  EXPECT_EQ(telling.saved().state, WebhookState::open) << "it was said of an attempt that is over";
  telling.plane.pass(milliseconds{10'000});
  EXPECT_EQ(telling.sent().back().attempt, 2U);
  telling.report(telling.sent().back(), 200);
  telling.report(telling.sent().back(), 200);
  EXPECT_EQ(telling.saved().state, WebhookState::delivered);
  EXPECT_EQ(telling.saved().attempts, 2U);
}

TEST(Webhooks, only_so_many_of_an_endpoint_are_told_at_once) {
  Limits limits;
  limits.webhooks_at_once = 2;
  Telling telling(limits);
  for (int i = 0; i < 5; ++i) telling.end_one();
  EXPECT_EQ(telling.sent().size(), 2U);
  telling.report(telling.sent()[0], 200);
  EXPECT_EQ(telling.sent().size(), 3U);
  telling.report(telling.sent()[1], 500);
  telling.report(telling.sent()[2], 200);
  EXPECT_EQ(telling.sent().size(), 5U);
}

TEST(Webhooks, what_is_owed_is_told_after_a_restart) {
  Telling telling;
  const JobId job = telling.end_one();
  telling.plane.restart({});
  ASSERT_EQ(telling.sent().size(), 2U) << "nobody reported the first attempt";
  EXPECT_EQ(telling.sent()[1].job, job);
  EXPECT_EQ(telling.sent()[1].attempt, 1U);
  EXPECT_EQ(telling.sent()[1].outcome, telling.sent()[0].outcome);
  telling.report(telling.sent()[1], 500);
  telling.plane.restart({});
  EXPECT_EQ(telling.sent().size(), 2U) << "its pause is not over";
  telling.plane.pass(milliseconds{10'000});
  EXPECT_EQ(telling.sent().back().attempt, 2U);
  telling.report(telling.sent().back(), 200);
  telling.plane.restart({});
  telling.plane.pass(milliseconds{86'400'000});
  EXPECT_EQ(telling.sent().size(), 3U);
}

TEST(Webhooks, a_retry_takes_back_what_was_not_told_and_its_end_is_another) {
  Telling telling;
  const JobId job = telling.submit();
  ASSERT_EQ(telling.plane.take(telling.worker), job);
  command::FinishJob finish;
  finish.worker = telling.worker;
  finish.job = job;
  finish.failed = true;
  telling.plane.apply(finish);
  const auto first = telling.sent().back();
  FinalJob row;
  for (const Record& record : telling.plane.records)
    if (const auto* end = std::get_if<record::JobFinished>(&record)) row = end->value;
  telling.plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, row, telling.plane.now()});
  telling.report(first, 200);
  telling.plane.pass(milliseconds{1});
  telling.plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, telling.endpoint, job});
  ASSERT_EQ(telling.sent().size(), 2U);
  EXPECT_EQ(telling.sent()[1].attempt, 1U);
  EXPECT_GT(telling.sent()[1].outcome, first.outcome);
}

TEST(Webhooks, jobs_that_have_one_are_refused_while_too_many_are_owed) {
  Limits limits;
  limits.webhooks_max = 2;
  Telling telling(limits);
  telling.end_one();
  telling.end_one();
  command::SubmitJob job = telling.plane.new_job(telling.endpoint);
  telling.plane.ask<answer::JobAccepted>(job);
  job = telling.plane.new_job(telling.endpoint);
  job.webhook = true;
  EXPECT_EQ(telling.plane.ask<answer::Refused>(job).code, Errc::unavailable);
  telling.report(telling.sent()[0], 200);
  telling.plane.ask<answer::JobAccepted>(job);
}

TEST(Webhooks, none_begin_while_the_server_shuts_down) {
  Telling telling;
  const JobId job = telling.submit();
  telling.plane.apply(command::Drain{});
  telling.plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, telling.endpoint, job});
  EXPECT_TRUE(telling.sent().empty());
  EXPECT_EQ(telling.saved().state, WebhookState::open);
}

}  // namespace
}  // namespace pilotlight::core
