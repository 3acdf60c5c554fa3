#include "runtime/none/no_runtime.hpp"

#include <gtest/gtest.h>

#include "runtime/contract_test.hpp"

namespace pilotlight::runtime {
namespace {

TEST(NoRuntime, a_start_ends_with_how_to_start_by_hand) {
  NoRuntime runtime;
  Seen seen;
  WorkerSpec spec;
  spec.worker = w1;
  spec.endpoint = *EndpointId::parse("e1");
  runtime.prepare(std::move(spec));
  runtime.start(w1);
  runtime.list();
  runtime.subscribe(seen.reports());
  EXPECT_EQ(seen.order(), (std::vector<std::string>{"exited w1", "listed"}));
  EXPECT_EQ(seen.end(w1).exit_code, -1);
  EXPECT_EQ(seen.end(w1).detail,
            "this server starts no workers (runtime = none); start one by hand with the variables that "
            "`pilotlight worker-env e1` prints");
  EXPECT_TRUE(seen.listed().empty());
  runtime.stop(w1, milliseconds{5});
  EXPECT_EQ(seen.ends(w1), 2u);
}

}  // namespace
}  // namespace pilotlight::runtime
