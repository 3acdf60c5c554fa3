#include "core/places.hpp"

#include <gtest/gtest.h>

namespace pilotlight::core {
namespace {

using Texts = std::vector<std::string>;

Endpoint agreed(const Endpoint& before, Endpoint after) {
  agree_on_places(before, after);
  return after;
}

Endpoint in_centers(std::string locations, Texts ids) {
  Endpoint endpoint;
  endpoint.locations = std::move(locations);
  endpoint.data_center_ids = std::move(ids);
  return endpoint;
}

Endpoint on_volumes(std::string id, Texts ids) {
  Endpoint endpoint;
  endpoint.network_volume_id = std::move(id);
  endpoint.network_volume_ids = std::move(ids);
  return endpoint;
}

TEST(Places, other_locations_are_other_data_centers) {
  const Endpoint before = in_centers("EU-RO-1", {"EU-RO-1"});
  EXPECT_EQ(agreed(before, in_centers(" US-KS-2 ,,EU-CZ-1", {"EU-RO-1"})),
            in_centers(" US-KS-2 ,,EU-CZ-1", {"US-KS-2", "EU-CZ-1"}));
  EXPECT_EQ(agreed(before, in_centers("", {"EU-RO-1"})), in_centers("", {}));
  EXPECT_EQ(agreed(before, in_centers("US,EU-CZ-1", {"EU-RO-1"})), in_centers("US,EU-CZ-1", {}))
      << "a country is no data center";
}

TEST(Places, other_data_centers_are_other_locations) {
  const Endpoint before = in_centers("EU-RO-1", {"EU-RO-1"});
  EXPECT_EQ(agreed(before, in_centers("EU-RO-1", {"US-KS-2", "MARS-1"})),
            in_centers("US-KS-2,MARS-1", {"US-KS-2", "MARS-1"}));
  EXPECT_EQ(agreed(before, in_centers("EU-RO-1", {})), in_centers("", {}));
}

TEST(Places, fields_that_both_change_or_stay_are_left_alone) {
  const Endpoint odd = in_centers("EU-RO-1", {"US-KS-2"}), old = on_volumes("a", {"b"});
  EXPECT_EQ(agreed({}, odd), odd);
  EXPECT_EQ(agreed(odd, odd), odd);
  EXPECT_EQ(agreed({}, old), old);
  EXPECT_EQ(agreed(old, old), old);
}

TEST(Places, another_volume_takes_the_place_of_the_one_before) {
  EXPECT_EQ(agreed(on_volumes("a", {"a", "b"}), on_volumes("c", {"a", "b"})), on_volumes("c", {"c", "b"}));
  EXPECT_EQ(agreed(on_volumes("a", {"a", "b"}), on_volumes("b", {"a", "b"})), on_volumes("b", {"b"}));
  EXPECT_EQ(agreed(on_volumes("a", {"a", "b"}), on_volumes("", {"a", "b"})), on_volumes("", {"b"}));
  EXPECT_EQ(agreed(on_volumes("a", {}), on_volumes("b", {})), on_volumes("b", {}));
  EXPECT_EQ(agreed(on_volumes("", {"a"}), on_volumes("b", {"a"})), on_volumes("b", {"a"}));
}

TEST(Places, another_list_of_volumes_is_the_whole_list) {
  EXPECT_EQ(agreed(on_volumes("a", {"a"}), on_volumes("a", {"b", "c"})), on_volumes("b", {"b", "c"}));
  EXPECT_EQ(agreed(on_volumes("a", {"a"}), on_volumes("a", {"b", "a"})), on_volumes("a", {"b", "a"}));
  EXPECT_EQ(agreed(on_volumes("a", {"a"}), on_volumes("a", {})), on_volumes("", {}));
  EXPECT_EQ(agreed(on_volumes("", {}), on_volumes("", {"b"})), on_volumes("b", {"b"}));
}

}  // namespace
}  // namespace pilotlight::core
