#include "service/batches/batch.hpp"

#include <gtest/gtest.h>

namespace pilotlight::service {
namespace {

Batch batch(BatchState state, std::uint32_t requests) {
  Batch value;
  value.state = state;
  value.requests = requests;
  return value;
}

BatchEntry entry(std::optional<JobState> state) {
  BatchEntry value;
  if (state && is_final(*state)) {
    FinalJob job;
    job.state = *state;
    value.job = job;
  } else if (state) {
    Job job;
    job.state = *state;
    value.job = job;
  }
  return value;
}

BatchCounts counts(const Batch& of, const std::vector<std::optional<JobState>>& states) {
  BatchCounts all;
  for (const auto& state : states) all.add(of, entry(state));
  return all;
}

TEST(BatchCounts, count_by_how_each_request_stands) {
  const Batch of = batch(BatchState::finalized, 7);
  const BatchCounts all =
      counts(of, {JobState::in_queue, JobState::in_progress, JobState::completed, JobState::failed,
                  JobState::cancelled, JobState::timed_out, std::nullopt});
  EXPECT_EQ(all.jobs, 6U);
  EXPECT_EQ(all.in_progress, 1U);
  EXPECT_EQ(all.completed, 1U);
  EXPECT_EQ(all.failed, 4U);
  EXPECT_FALSE(has_ended(of, all));
}

TEST(BatchCounts, a_batch_has_ended_when_all_its_jobs_have) {
  const Batch of = batch(BatchState::finalized, 2);
  EXPECT_FALSE(has_ended(of, counts(of, {JobState::completed, JobState::in_queue})));
  EXPECT_TRUE(has_ended(of, counts(of, {JobState::completed, std::nullopt})));
  const Batch draft = batch(BatchState::draft, 0);
  EXPECT_FALSE(has_ended(draft, {}));
  const Batch cancelled = batch(BatchState::cancelled, 1);
  EXPECT_TRUE(has_ended(cancelled, counts(cancelled, {std::nullopt})));
}

}  // namespace
}  // namespace pilotlight::service
