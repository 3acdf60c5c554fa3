#include "api/in_flight.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace pilotlight::api {
namespace {

const WorkerId writer = WorkerId::parse("abcdefghij0123").value();
const WorkerId other = WorkerId::parse("abcdefghij0124").value();

TEST(InFlight, a_quiet_worker_is_acted_upon_at_once) {
  InFlight all;
  int done = 0;
  const InFlight::Guard elsewhere(all, other);
  all.when_quiet(writer, [&] { ++done; });
  EXPECT_EQ(done, 1);
}

TEST(InFlight, the_end_of_a_worker_waits_for_its_last_request) {
  InFlight all;
  int done = 0;
  std::optional<InFlight::Guard> first, second;
  first.emplace(all, writer);
  second.emplace(all, writer);
  all.when_quiet(writer, [&] { ++done; });
  first.reset();
  EXPECT_EQ(done, 0);
  second.reset();
  EXPECT_EQ(done, 1);
  { const InFlight::Guard later(all, writer); }
  EXPECT_EQ(done, 1) << "once";
}

TEST(InFlight, who_waits_too_long_is_acted_upon_anyway_and_once) {
  InFlight all;
  int done = 0;
  {
    const InFlight::Guard stuck(all, writer);
    all.when_quiet(writer, [&] { ++done; });
    all.give_up(writer);
    EXPECT_EQ(done, 1);
    all.give_up(writer);
  }
  EXPECT_EQ(done, 1);
  all.give_up(other);
}

}  // namespace
}  // namespace pilotlight::api
