#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

BatchRequest request(RowNumber row) {
  return {
      1, JobId::make(row, false, row), {}, {row + 1, 5, PayloadPlace::row}, {row + 2, 5, PayloadPlace::file}};
}

TEST(Batches, are_recorded_with_what_comes_and_goes) {
  Plane plane;
  const std::size_t before = plane.records.size();
  Batch batch;
  batch.number = 1;
  command::SaveBatch change{ticket_none, batch, {request(10)}, {request(10), request(20)}};
  plane.ask<answer::Acknowledged>(change);
  std::vector<Record> made(plane.records.begin() + static_cast<std::ptrdiff_t>(before), plane.records.end());
  const auto count = [&made](auto kind) {
    return std::count_if(made.begin(), made.end(), [&kind](const Record& record) {
      return std::holds_alternative<decltype(kind)>(record);
    });
  };
  EXPECT_EQ(count(record::BatchSaved{}), 1);
  EXPECT_EQ(count(record::BatchRequestRemoved{}), 1);
  EXPECT_EQ(count(record::PayloadDropped{}), 2);
  EXPECT_EQ(count(record::BatchRequestSaved{}), 2);
  EXPECT_EQ(count(record::PayloadKept{}), 4);
  const auto removed = std::find_if(made.begin(), made.end(), [](const Record& record) {
    return std::holds_alternative<record::BatchRequestRemoved>(record);
  });
  const auto saved = std::find_if(made.begin(), made.end(), [](const Record& record) {
    return std::holds_alternative<record::BatchRequestSaved>(record);
  });
  EXPECT_LT(removed, saved) << "one that changes must be there at the end";
}

TEST(Batches, their_jobs_queue_in_order_and_are_kept_for_long) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  command::SubmitJobs several;
  for (int i = 0; i < 3; ++i) {
    several.jobs.push_back(plane.new_job(endpoint));
    several.jobs.back().retention = RetentionClass::batch;
  }
  const auto told = plane.ask<answer::JobsAccepted>(several);
  EXPECT_EQ(told.count, 3U);
  EXPECT_FALSE(told.refusal);
  EXPECT_FALSE(std::any_of(plane.records.begin(), plane.records.end(), [](const Record& record) {
    return std::holds_alternative<record::PayloadKept>(record);
  })) << "their bodies are stored already";
  EXPECT_EQ(plane.ask<answer::JobsAccepted>(several).refusal->message, "a job with this id exists already");
  for (const command::SubmitJob& job : several.jobs) {
    EXPECT_EQ(plane.take(worker), job.id);
    plane.finish(worker, job.id);
    EXPECT_EQ(plane.ended(job.id)->expires - plane.ended(job.id)->finished, Limits{}.retention_batch);
  }
}

TEST(Batches, say_how_many_jobs_were_accepted_before_the_first_refusal) {
  Limits limits;
  limits.queue_max = 2;
  Plane plane(limits);
  const EndpointId endpoint = plane.make_idle_endpoint();
  command::SubmitJobs several;
  for (int i = 0; i < 4; ++i) several.jobs.push_back(plane.new_job(endpoint));
  const auto told = plane.ask<answer::JobsAccepted>(several);
  EXPECT_EQ(told.count, 2U);
  ASSERT_TRUE(told.refusal);
  EXPECT_EQ(told.refusal->code, Errc::busy);
  EXPECT_EQ(plane.health(endpoint).in_queue, 2U);
}

}  // namespace
}  // namespace pilotlight::core
