#include "service/webhooks/outbox.hpp"

#include <gtest/gtest.h>

namespace pilotlight::service {
namespace {

TEST(DeliveryId, is_the_same_for_each_try_and_new_for_each_end) {
  const JobId job = JobId::make(5, false, 7);
  const Timestamp end = timestamp_from_ms(1'234);
  EXPECT_EQ(delivery_id(job, end), job.text() + "-1234");
  EXPECT_NE(delivery_id(job, end + milliseconds{1}), delivery_id(job, end));
}

}  // namespace
}  // namespace pilotlight::service
