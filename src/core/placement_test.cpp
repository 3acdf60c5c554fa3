// The order in which a call settles the endpoints that it touched.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

TEST(Placement, starts_come_after_the_stops_of_all_endpoints) {
  Plane plane;
  EndpointPatch one_worker;
  one_worker.workers_min = 1;
  plane.make_endpoint(one_worker);
  plane.make_endpoint(one_worker);
  ASSERT_EQ(plane.started().size(), 2U);
  plane.effects.clear();

  command::SaveTemplate change;
  change.id = TemplateId::parse("template01").value();
  change.patch.image = "another:image";
  plane.ask<answer::TemplateSaved>(change);

  std::string order;
  for (const Effect& effect : plane.effects) {
    if (std::holds_alternative<effect::StopWorker>(effect)) order += "stop ";
    if (std::holds_alternative<effect::StartWorker>(effect)) order += "start ";
  }
  EXPECT_EQ(order, "stop stop start start ");
}

}  // namespace
}  // namespace pilotlight::core
