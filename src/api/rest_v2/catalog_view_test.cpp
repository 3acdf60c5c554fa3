#include "api/rest_v2/catalog_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/rest_v2/catalog_schemas.hpp"
#include "api/rest_v2/read_call.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

JsonDocument query_of(const Schema& schema, std::string text) {
  Request request;
  request.query = std::move(text);
  JsonDocument query;
  EXPECT_FALSE(read_query(request, schema, query)) << request.query;
  return query;
}

/// The availability of a GPU type under this query; "not shown", or the refusal.
std::string level_of(std::string_view type, std::string text) {
  const JsonDocument query = query_of(gpu_type_query, std::move(text));
  const auto wish = gpu_wish(query.root());
  if (!wish) return wish.error().message;
  JsonWriter json;
  add_row(json, *catalog::find_gpu_type(type), *wish, {});
  const JsonDocument row = JsonDocument::read(make_body(json.done())).value();
  const auto level = row.root().member("availability");
  EXPECT_EQ(level.has_value(), row.root().member("dataCenters").has_value());
  EXPECT_EQ(level.has_value(), row.root().member("cudaVersions").has_value());
  return level ? std::string(level->text()) : "not shown";
}

std::string level_of_cpu(std::string_view flavor, std::string text) {
  const JsonDocument query = query_of(cpu_type_query, std::move(text));
  const auto wish = cpu_wish(query.root());
  if (!wish) return wish.error().message;
  JsonWriter json;
  add_row(json, *catalog::find_cpu_flavor(flavor), *wish, {});
  const JsonDocument row = JsonDocument::read(make_body(json.done())).value();
  const auto level = row.root().member("availability");
  return level ? std::string(level->text()) : "not shown";
}

TEST(CatalogView, a_gpu_type_is_available_where_it_can_exist) {
  const std::string asked = "include=AVAILABILITY&product=SERVERLESS";
  const std::string gpu = "NVIDIA H200";
  EXPECT_EQ(level_of(gpu, ""), "not shown");
  EXPECT_EQ(level_of(gpu, "count=9&cloud=COMMUNITY"), "not shown");
  EXPECT_EQ(level_of(gpu, asked), "HIGH");
  for (const char* met : {"&count=8", "&cloud=SECURE", "&countryCodes=RO,XX", "&cudaVersions=12.8,9.9",
                          "&minCudaVersion=12", "&minCudaVersion=13.0"})
    EXPECT_EQ(level_of(gpu, asked + met), "HIGH") << met;
  for (const char* not_met : {"&count=9", "&count=1e30", "&cloud=COMMUNITY", "&countryCodes=XX",
                              "&cudaVersions=9.9", "&minCudaVersion=13.1", "&minCudaVersion=99"})
    EXPECT_EQ(level_of(gpu, asked + not_met), "NONE") << not_met;
  EXPECT_EQ(level_of("AMD Instinct MI300X OAM", asked), "HIGH");
  EXPECT_EQ(level_of("AMD Instinct MI300X OAM", asked + "&minCudaVersion=12"), "NONE");
}

TEST(CatalogView, parameters_that_contradict_each_other_are_refused) {
  const std::string pair = "include=AVAILABILITY and product go together; send both or neither";
  EXPECT_EQ(level_of("NVIDIA L4", "include=AVAILABILITY"), pair);
  EXPECT_EQ(level_of("NVIDIA L4", "product=POD"), pair);
  EXPECT_EQ(level_of_cpu("cpu3c", "product=POD"), pair);
  EXPECT_EQ(level_of("NVIDIA L4", "cudaVersions=12.8&minCudaVersion=12.8"),
            "cudaVersions and minCudaVersion do not go together; send one of them");
  for (const char* count : {"3", "6", "1e30", "9223372036854775807"})
    EXPECT_EQ(level_of_cpu("cpu3c", std::string("vcpuCount=") + count), "vcpuCount must be a power of two");
}

TEST(CatalogView, a_flavor_is_available_to_its_products) {
  const std::string asked = "include=AVAILABILITY&product=";
  EXPECT_EQ(level_of_cpu("cpu3c", asked + "SERVERLESS"), "HIGH");
  EXPECT_EQ(level_of_cpu("cpu3c", asked + "SERVERLESS&vcpuCount=32"), "HIGH");
  EXPECT_EQ(level_of_cpu("cpu3c", asked + "SERVERLESS&vcpuCount=64"), "NONE");
  EXPECT_EQ(level_of_cpu("cpu3m", asked + "SERVERLESS"), "NONE");
  EXPECT_EQ(level_of_cpu("cpu3m", asked + "POD,SERVERLESS"), "HIGH");
}

TEST(CatalogView, data_centers_are_filtered) {
  const auto count = [](std::string text) {
    const JsonDocument query = query_of(data_centers_query, std::move(text));
    const CenterWish wish = center_wish(query.root());
    const auto all = catalog::data_centers();
    return std::count_if(all.begin(), all.end(), [&wish](const auto& one) { return is_wanted(one, wish); });
  };
  EXPECT_EQ(count(""), 30);
  EXPECT_EQ(count("regions=ASIA"), 1);
  EXPECT_EQ(count("regions=ASIA,OCEANIA,AFRICA"), 2);
  EXPECT_EQ(count("networkVolumeTypes=STANDARD&globalNetwork=false"), 30);
  for (const char* none : {"regions=AFRICA", "networkVolumeTypes=STANDARD,HIGH_PERFORMANCE",
                           "compliance=GDPR", "globalNetwork=true"})
    EXPECT_EQ(count(none), 0) << none;
}

}  // namespace
}  // namespace pilotlight::api::rest_v2
