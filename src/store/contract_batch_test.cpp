// What every store keeps of batches.
#include "store/contract_test.hpp"

namespace pilotlight::store::testing {
namespace {

Batch batch(RowNumber number, std::int64_t expires_ms = 5'000) {
  Batch value;
  value.number = number;
  value.endpoint = endpoint;
  value.expires = timestamp_from_ms(expires_ms);
  return value;
}

/// A request of batch 600 that becomes the job of this row.
BatchRequest request(RowNumber row) {
  BatchRequest value;
  value.batch = 600;
  value.id = job(row).id;
  value.input = {row + 100, 2, PayloadPlace::row};
  return value;
}

constexpr Timestamp now = timestamp_from_ms(1'000);

TEST_P(StoreContract, keeps_the_last_value_of_a_batch_until_it_expires) {
  Batch other = batch(601);
  other.endpoint = *EndpointId::parse("endpoint000002");
  commit({record::BatchSaved{batch(600)}, record::BatchSaved{other}, record::BatchSaved{batch(602, 900)}});
  Batch changed = batch(600, 6'000);
  changed.state = BatchState::finalized;
  changed.requests = 7;
  changed.end = BatchEnd{3, 4};
  commit({record::BatchSaved{changed}, record::BatchSaved{batch(603)}});
  subject_->reopen();
  EXPECT_EQ(*store().batch(600, now), changed);
  EXPECT_EQ(*store().batch(600, timestamp_from_ms(6'000)), std::nullopt);
  EXPECT_EQ(*store().batch(602, now), std::nullopt) << "expired";
  EXPECT_EQ(*store().batch(604, now), std::nullopt);
  EXPECT_EQ(*store().batches(endpoint, now), (std::vector<Batch>{batch(603), changed}));
  Loaded marks;
  EXPECT_TRUE(loaded(&marks).empty());
  EXPECT_EQ(marks.row_highest, 603U);
}

TEST_P(StoreContract, shows_each_request_of_a_batch_with_its_job) {
  const std::vector<StoredPayload> bodies{{request(610).input, make_body("in")}};
  commit({record::BatchSaved{batch(600)}, record::BatchRequestSaved{request(612)},
          record::BatchRequestSaved{request(610)}, record::PayloadKept{request(610).input},
          record::BatchRequestSaved{request(611)}, record::BatchRequestSaved{request(613)}},
         bodies);
  commit({record::JobSaved{job(610)}, record::JobFinished{final_of(job(611), 9'000)},
          record::JobFinished{final_of(job(612), 900)}});
  subject_->reopen();
  const auto all = *store().batch_requests(600, 0, 100, now);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].request, request(610));
  EXPECT_EQ(std::get<Job>(*all[0].job), job(610));
  EXPECT_EQ(std::get<FinalJob>(*all[1].job), final_of(job(611), 9'000));
  EXPECT_FALSE(all[2].job) << "expired";
  EXPECT_FALSE(all[3].job) << "never a job";
  const auto middle = *store().batch_requests(600, 1, 2, now);
  ASSERT_EQ(middle.size(), 2U);
  EXPECT_EQ(middle[0].request, request(611));
  EXPECT_TRUE(store().batch_requests(600, 4, 2, now)->empty());
  EXPECT_TRUE(store().batch_requests(601, 0, 2, now)->empty());
  EXPECT_EQ((*store().batch_request(600, job(610).id, now))->request, request(610));
  EXPECT_FALSE(*store().batch_request(600, job(614).id, now));
  EXPECT_FALSE(*store().batch_request(601, job(610).id, now));
  EXPECT_FALSE(*store().batch_request(600, JobId::make(610, false, 1), now)) << "another id in the same row";
  EXPECT_EQ(**store().read(request(610).input), "in");
}

TEST_P(StoreContract, a_request_that_is_removed_and_saved_again_is_the_new_one) {
  BatchRequest changed = request(620);
  changed.input = {750, 2, PayloadPlace::row};
  commit({record::BatchSaved{batch(600)}, record::BatchRequestSaved{request(620)},
          record::BatchRequestSaved{request(621)}});
  commit({record::BatchRequestRemoved{600, job(620).id}, record::BatchRequestRemoved{600, job(621).id},
          record::BatchRequestSaved{changed}});
  subject_->reopen();
  const auto all = *store().batch_requests(600, 0, 100, now);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].request, changed);
}

TEST_P(StoreContract, an_expired_batch_goes_with_what_only_it_names) {
  std::vector<Record> records{record::BatchSaved{batch(600)}, record::BatchSaved{batch(601, 900'000)}};
  std::vector<StoredPayload> bodies;
  for (RowNumber row = 630; row < 633; ++row) {
    records.push_back(record::BatchRequestSaved{request(row)});
    records.push_back(record::PayloadKept{request(row).input});
    bodies.push_back({request(row).input, make_body("in")});
  }
  BatchRequest large = request(633);
  large.extras = {760, 4, PayloadPlace::file};
  write_file(large.extras, "file");
  records.push_back(record::BatchRequestSaved{large});
  records.push_back(record::PayloadKept{large.extras});
  commit(records, bodies);
  Job live = job(630);
  live.input = request(630).input;
  Job ending = job(631);
  ending.input = request(631).input;
  commit({record::JobSaved{live}, record::JobFinished{final_of(ending, 900'000)}});
  store().maintain(timestamp_from_ms(5'000 + 61'000));
  subject_->reopen();
  EXPECT_TRUE(store().batch_requests(600, 0, 9, now)->empty());
  EXPECT_EQ(*store().batch(600, now), std::nullopt);
  EXPECT_TRUE(*store().batch(601, now));
  EXPECT_TRUE(store().read(request(630).input)) << "its job is live";
  EXPECT_TRUE(store().read(request(631).input)) << "its job is kept";
  EXPECT_EQ(store().read(request(632).input).error().code, Errc::not_found);
  EXPECT_EQ(store().read(large.extras).error().code, Errc::not_found);
}

}  // namespace
}  // namespace pilotlight::store::testing
