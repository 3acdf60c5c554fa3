#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// A job with a key.
command::SubmitJob keyed(Plane& plane, const EndpointId& endpoint) {
  command::SubmitJob job = plane.new_job(endpoint);
  job.idempotency = IdempotencyKey{"a-key", std::string(32, 'h')};
  return job;
}

std::vector<Idempotency> remembered(const Plane& plane) {
  std::vector<Idempotency> all;
  for (const Record& record : plane.records)
    if (const auto* saved = std::get_if<record::IdempotencySaved>(&record)) all.push_back(saved->value);
  return all;
}

TEST(Idempotency, is_remembered_in_the_step_that_accepts_its_job) {
  Limits limits;
  limits.idempotency_keep = milliseconds{90'000};
  Plane plane(limits);
  const EndpointId endpoint = plane.make_idle_endpoint();
  plane.pass(milliseconds{5'000});
  const command::SubmitJob job = keyed(plane, endpoint);
  const std::size_t before = plane.records.size();
  plane.ask<answer::JobAccepted>(job);
  EXPECT_EQ(
      remembered(plane),
      (std::vector{Idempotency{endpoint, *job.idempotency, job.id, plane.now() + milliseconds{90'000}}}));
  const auto saved = std::find_if(plane.records.begin() + static_cast<std::ptrdiff_t>(before),
                                  plane.records.end(), [&job](const Record& record) {
                                    const auto* one = std::get_if<record::JobSaved>(&record);
                                    return one != nullptr && one->value.id == job.id;
                                  });
  EXPECT_NE(saved, plane.records.end());
}

TEST(Idempotency, is_not_remembered_of_a_job_that_is_refused) {
  Limits limits;
  limits.queue_max = 1;
  Plane plane(limits);
  const EndpointId endpoint = plane.make_idle_endpoint();
  plane.submit(endpoint);
  plane.ask<answer::Refused>(keyed(plane, endpoint));
  plane.ask<answer::Refused>(keyed(plane, *EndpointId::parse("nowhere")));
  EXPECT_TRUE(remembered(plane).empty());
}

TEST(Idempotency, is_nothing_to_a_restart) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const command::SubmitJob job = keyed(plane, endpoint);
  plane.ask<answer::JobAccepted>(job);
  plane.restart({});
  EXPECT_EQ(plane.ask<answer::JobLive>(command::ReadJob{ticket_none, endpoint, job.id}).id, job.id);
  EXPECT_EQ(remembered(plane).size(), 1U);
}

}  // namespace
}  // namespace pilotlight::core
