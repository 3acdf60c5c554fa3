// What every store keeps of webhooks.
#include "store/contract_test.hpp"

namespace pilotlight::store::testing {
namespace {

record::WebhookSaved saved(RowNumber row, WebhookState state, std::uint32_t attempts) {
  record::WebhookSaved record{{job(row).id, endpoint, timestamp_from_ms(5), state, attempts, {}}, {}};
  if (attempts > 0)
    record.attempt = WebhookAttempt{timestamp_from_ms(6), static_cast<std::uint16_t>(500 + attempts), "why"};
  return record;
}

TEST_P(StoreContract, keeps_a_webhook_and_its_attempts_and_loads_only_open_ones) {
  commit({record::JobFinished{final_of(job(601), 9000)}, record::JobFinished{final_of(job(602), 9000)},
          saved(601, WebhookState::open, 0), saved(602, WebhookState::open, 0)});
  commit({saved(601, WebhookState::open, 1)});
  commit({saved(601, WebhookState::open, 2), saved(602, WebhookState::delivered, 1)});
  subject_->reopen();
  record::WebhookSaved open = saved(601, WebhookState::open, 2);
  open.attempt.reset();
  EXPECT_EQ(loaded(), (std::vector{encode(Record(open))}));
  const auto log = *store().webhook(job(601).id);
  ASSERT_TRUE(log);
  EXPECT_EQ(log->webhook, open.value);
  ASSERT_EQ(log->attempts.size(), 2U);
  EXPECT_EQ(log->attempts[0].status, 501);
  EXPECT_EQ(log->attempts[1].status, 502);
  EXPECT_EQ((*store().webhook(job(602).id))->webhook.state, WebhookState::delivered);
  EXPECT_FALSE(*store().webhook(job(603).id));
}

TEST_P(StoreContract, a_final_job_stays_unseen_while_its_webhook_is_open) {
  Job live = job(611);
  live.input = {611, 5, PayloadPlace::row};
  commit({record::PayloadKept{live.input}, record::JobSaved{live}}, {{live.input, make_body("input")}});
  commit({record::JobFinished{final_of(live, 2000)}, saved(611, WebhookState::open, 0)});
  const auto much_later = timestamp_from_ms(1'000'000);
  store().maintain(much_later);
  EXPECT_FALSE(*store().final_job(live.id, much_later));
  EXPECT_TRUE(*store().final_job(live.id, Timestamp::min()));
  EXPECT_EQ(**store().read(live.input), "input");
  commit({saved(611, WebhookState::given_up, 1)}, {}, 1'000'000);
  store().maintain(much_later);
  EXPECT_FALSE(*store().final_job(live.id, Timestamp::min()));
  EXPECT_FALSE(*store().webhook(live.id)) << "it goes with the row";
}

TEST_P(StoreContract, a_job_that_lives_again_has_no_webhook_yet) {
  commit({record::JobFinished{final_of(job(621), 9000)}, saved(621, WebhookState::open, 0),
          saved(621, WebhookState::open, 1)});
  commit({record::JobRevived{job(621).id}, record::JobSaved{job(621)}});
  EXPECT_FALSE(*store().webhook(job(621).id));
  EXPECT_EQ(loaded(), (std::vector{encode(Record(record::JobSaved{job(621)}))}));
  commit({record::JobFinished{final_of(job(621), 9000)}, saved(621, WebhookState::open, 0)});
  EXPECT_TRUE((*store().webhook(job(621).id))->attempts.empty());
}

}  // namespace
}  // namespace pilotlight::store::testing
