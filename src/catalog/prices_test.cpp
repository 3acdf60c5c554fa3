#include "catalog/prices.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pilotlight::catalog {
namespace {

constexpr Money three_99{3'990'000}, half{500'000};

TEST(Prices, no_id_names_two_things_that_have_a_price) {
  std::set<std::string_view> ids;
  for (const GpuType& type : gpu_types()) EXPECT_TRUE(ids.insert(type.id).second) << type.id;
  for (const GpuPool& pool : gpu_pools()) EXPECT_TRUE(ids.insert(pool.id).second) << pool.id;
  for (const CpuFlavor& flavor : cpu_flavors()) EXPECT_TRUE(ids.insert(flavor.id).second) << flavor.id;
}

TEST(Prices, everything_is_free_until_a_price_is_set) {
  const Prices prices;
  for (const GpuType& type : gpu_types()) EXPECT_EQ(prices.of_card(type), Money()) << type.id;
  for (const CpuFlavor& flavor : cpu_flavors()) EXPECT_EQ(prices.of_vcpu(flavor), Money()) << flavor.id;
}

TEST(Prices, a_price_is_of_its_id_alone) {
  Prices prices;
  EXPECT_TRUE(prices.set("NVIDIA H200", three_99));
  EXPECT_TRUE(prices.set("cpu3c", half));
  EXPECT_TRUE(prices.has("cpu3c") && !prices.has("cpu3g"));
  for (const GpuType& type : gpu_types())
    EXPECT_EQ(prices.of_card(type), type.id == "NVIDIA H200" ? three_99 : Money()) << type.id;
  for (const CpuFlavor& flavor : cpu_flavors())
    EXPECT_EQ(prices.of_vcpu(flavor), flavor.id == "cpu3c" ? half : Money()) << flavor.id;
}

TEST(Prices, a_type_without_a_price_has_that_of_its_pool) {
  Prices prices;
  EXPECT_TRUE(prices.set("NVIDIA L4", Money()));
  EXPECT_TRUE(prices.set("AMPERE_24", half));
  EXPECT_EQ(prices.of_card(*find_gpu_type("NVIDIA RTX A5000")), half);
  EXPECT_EQ(prices.of_card(*find_gpu_type("NVIDIA L4")), Money()) << "its own, although that is 0";
  EXPECT_EQ(prices.of_card(*find_gpu_type("NVIDIA A40")), Money()) << "in another pool";
  EXPECT_EQ(prices.of_card(*find_gpu_type("NVIDIA A30")), Money()) << "in no pool";
}

TEST(Prices, ids_that_the_catalogue_does_not_have_are_refused) {
  Prices prices;
  for (const char* id : {"", " ", "NVIDIA H999", "nvidia h200", "NVIDIA H200 ", "NVIDIA  A30", "H200 SXM",
                         "hopper_141", "cpu3", "cpu3c-2-4", "EU-RO-1", "NVIDIA"}) {
    EXPECT_FALSE(prices.set(id, half)) << id;
    EXPECT_FALSE(prices.has(id)) << id;
  }
}

TEST(Prices, products_are_exact) {
  EXPECT_EQ(three_99.times(3).dollars(), 11.97);
  EXPECT_EQ(Money{160}.times(8).dollars(), 0.00128);
  EXPECT_EQ(Money().times(8).dollars(), 0);
}

}  // namespace
}  // namespace pilotlight::catalog
