#include "catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace pilotlight::catalog {
namespace {

template <class Row>
void expect_unique_ids(std::span<const Row> table) {
  std::set<std::string_view> seen;
  for (const Row& row : table) {
    EXPECT_FALSE(row.id.empty());
    EXPECT_TRUE(seen.insert(row.id).second) << row.id << " stands there twice";
  }
}

template <class Row>
std::ptrdiff_t of_rest_v1(std::span<const Row> table) {
  return std::count_if(table.begin(), table.end(), [](const Row& row) { return row.rest_v1; });
}

TEST(Catalog, each_table_has_each_id_once) {
  expect_unique_ids(gpu_types());
  expect_unique_ids(gpu_spellings());
  expect_unique_ids(gpu_pools());
  expect_unique_ids(cpu_flavors());
  expect_unique_ids(cpu_types());
  expect_unique_ids(data_centers());
  const std::set<std::string_view> versions(cuda_versions().begin(), cuda_versions().end());
  EXPECT_EQ(versions.size(), cuda_versions().size());
}

TEST(Catalog, each_row_says_what_lists_show) {
  for (const GpuType& type : gpu_types()) {
    EXPECT_FALSE(type.name.empty()) << type.id;
    EXPECT_GT(type.memory_gb, 0) << type.id;
    EXPECT_EQ(type.manufacturer == Manufacturer::amd, type.id.starts_with("AMD ")) << type.id;
  }
  for (const CpuFlavor& flavor : cpu_flavors()) {
    EXPECT_FALSE(flavor.name.empty()) << flavor.id;
    EXPECT_TRUE(flavor.id.starts_with(flavor.group)) << flavor.id;
    EXPECT_GT(flavor.ram_gb_per_vcpu * flavor.disk_gb_per_vcpu, 0) << flavor.id;
  }
  for (const DataCenter& center : data_centers())
    EXPECT_TRUE(!center.name.empty() && !center.country.empty() && center.country_code.size() == 2)
        << center.id;
}

TEST(Catalog, each_member_of_a_pool_is_a_type_and_in_no_other) {
  std::set<std::string_view> seen;
  for (const GpuPool& pool : gpu_pools()) {
    EXPECT_FALSE(pool.types.empty()) << pool.id;
    for (const std::string_view type : pool.types) {
      EXPECT_NE(find_gpu_type(type), nullptr) << type;
      EXPECT_TRUE(seen.insert(type).second) << type << " is in two pools";
      EXPECT_EQ(pool_of(type), &pool);
    }
  }
}

TEST(Catalog, each_spelling_means_a_type_and_is_none) {
  for (const GpuSpelling& spelling : gpu_spellings()) {
    EXPECT_EQ(find_gpu_type(spelling.id), nullptr) << spelling.id;
    EXPECT_NE(find_gpu_type(spelling.type), nullptr) << spelling.type;
  }
}

TEST(Catalog, each_processor_is_of_a_flavours_generation) {
  for (const CpuType& type : cpu_types())
    EXPECT_TRUE(std::any_of(cpu_flavors().begin(), cpu_flavors().end(), [&](const CpuFlavor& flavor) {
      return flavor.group == type.group;
    })) << type.id;
}

TEST(Catalog, has_as_many_ids_as_the_enums_of_rest_v1) {
  const auto spellings = static_cast<std::ptrdiff_t>(gpu_spellings().size());
  EXPECT_EQ(of_rest_v1(gpu_types()) + spellings, 49);
  EXPECT_EQ(of_rest_v1(data_centers()), 26);
  EXPECT_EQ(cuda_versions().size(), 12U);
  EXPECT_EQ(cpu_flavors().size(), 6U) << "for pods";
  EXPECT_EQ(std::count_if(cpu_flavors().begin(), cpu_flavors().end(),
                          [](const CpuFlavor& flavor) { return flavor.serverless; }),
            4);
}

TEST(Catalog, an_unknown_id_is_found_nowhere) {
  for (const std::string_view id : {"", "nowhere", "ampere_16", "NVIDIA"}) {
    EXPECT_EQ(find_gpu_type(id), nullptr);
    EXPECT_EQ(find_gpu_pool(id), nullptr);
    EXPECT_EQ(find_cpu_flavor(id), nullptr);
    EXPECT_EQ(find_data_center(id), nullptr);
    EXPECT_EQ(pool_of(id), nullptr);
  }
  EXPECT_EQ(pool_of("NVIDIA B300 SXM6 AC"), nullptr);
}

TEST(Catalog, an_instance_names_its_flavour_and_the_memory_of_it) {
  const CpuFlavor& general = *find_cpu_flavor("cpu3g");
  EXPECT_EQ(vcpus_of(general, "cpu3g-1-4"), 1);
  EXPECT_EQ(vcpus_of(general, "cpu3g-2-8"), 2);
  EXPECT_EQ(vcpus_of(general, "cpu3g-32-128"), 32);
  for (const char* bad :
       {"", "cpu3g", "cpu3g-", "cpu3g-2", "cpu3g-2-", "cpu3g-0-0", "cpu3g-2-4", "cpu3g-64-256", "cpu3c-2-4",
        "cpu3g-2-8-", "cpu3g--2--8", "cpu3g-02-8", "cpu3g-99999999999999999999-4"})
    EXPECT_EQ(vcpus_of(general, bad), std::nullopt) << bad;
}

TEST(Catalog, a_card_runs_the_cuda_versions_that_there_are) {
  const GpuType& card = *find_gpu_type("NVIDIA L4");
  const auto runs = [&](const std::vector<std::string>& versions, std::string_view least) {
    return runs_cuda(card, {versions, least});
  };
  EXPECT_TRUE(runs({}, ""));
  EXPECT_TRUE(runs({"99.9", "12.8"}, ""));
  EXPECT_FALSE(runs({"99.9"}, ""));
  EXPECT_TRUE(runs({}, "12.10")) << "13.0 is newer";
  EXPECT_TRUE(runs({"12.9"}, "12.8"));
  EXPECT_FALSE(runs({"12.8"}, "12.10"));
  EXPECT_FALSE(runs({}, "13.1"));
  for (const char* bad : {"abc", "12", "12.", ".4", "12.4.1", "-1.2"}) EXPECT_FALSE(runs({}, bad)) << bad;
}

TEST(Catalog, a_card_of_another_maker_runs_no_cuda) {
  const GpuType& card = *find_gpu_type("AMD Instinct MI300X OAM");
  const std::vector<std::string> versions{"12.8"};
  EXPECT_TRUE(runs_cuda(card, {}));
  EXPECT_FALSE(runs_cuda(card, {versions, ""}));
  EXPECT_FALSE(runs_cuda(card, {{}, "11.8"}));
}

}  // namespace
}  // namespace pilotlight::catalog
