#include "api/rest_v2/network_volumes.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api::rest_v2 {
namespace {

std::shared_ptr<const NetworkVolume> made_at(std::int64_t ms, const char* id) {
  NetworkVolume volume;
  volume.id = *VolumeId::parse(id);
  volume.name = "data \"" + volume.id.text() + "\"";
  volume.size_gb = 10;
  volume.data_center_id = "EU-RO-1";
  volume.created = timestamp_from_ms(ms);
  return std::make_shared<const NetworkVolume>(std::move(volume));
}

JsonDocument document(std::string_view text) {
  return *JsonDocument::read(make_body(std::string(text)));
}

/// Ids in the order of the list, and the cursor behind them.
std::pair<std::string, std::string> listed(const answer::CatalogContent& content, std::string_view query) {
  const JsonDocument asked = document(query);
  const JsonDocument list = document(*network_volume_list(content, asked.root()));
  std::string ids;
  for (const JsonValue& one : list.root().member("networkVolumes")->elements())
    ids += std::string(one.member("id")->text()) + " ";
  const JsonValue cursor = *list.root().member("pagination")->member("nextCursor");
  return {ids, cursor.kind() == JsonKind::null ? "" : std::string(cursor.text())};
}

TEST(NetworkVolumes, view_has_what_the_specification_requires) {
  NetworkVolume volume = *made_at(5, "a");
  EXPECT_EQ(network_volume_view(volume),
            R"({"id":"a","name":"data \"a\"","size":10,"dataCenter":"EU-RO-1","type":"STANDARD"})");
  volume.type = VolumeType::high_performance;
  EXPECT_NE(network_volume_view(volume).find("\"type\":\"HIGH_PERFORMANCE\""), std::string::npos);
}

TEST(NetworkVolumes, list_begins_with_the_newest_and_goes_on_in_pages) {
  answer::CatalogContent content;
  content.volumes = {made_at(1, "old"), made_at(2, "b"), made_at(2, "a"), made_at(3, "new")};
  EXPECT_EQ(listed(content, "{}"), (std::pair<std::string, std::string>{"new a b old ", ""}));
  const auto [first, cursor] = listed(content, R"({"limit":2})");
  EXPECT_EQ(first, "new a ");
  content.volumes.erase(content.volumes.begin() + 2);
  content.volumes.push_back(made_at(4, "newer"));
  EXPECT_EQ(listed(content, R"({"limit":2,"cursor":")" + cursor + "\"}").first, "b old ");
}

TEST(NetworkVolumes, list_refuses_the_cursor_of_another_list) {
  const JsonDocument query = document(R"({"cursor":"706f64732031"})");
  EXPECT_FALSE(network_volume_list({}, query.root()));
}

TEST(NetworkVolumes, patch_has_what_the_body_names) {
  const JsonDocument all =
      document(R"({"name":"n","size":4.096e3,"dataCenter":"d","type":"HIGH_PERFORMANCE"})");
  const NetworkVolumePatch patch = network_volume_patch(all.root());
  EXPECT_EQ(patch.name, "n");
  EXPECT_EQ(patch.size_gb, 4096);
  EXPECT_EQ(patch.data_center_id, "d");
  EXPECT_EQ(patch.type, VolumeType::high_performance);
  const JsonDocument size = document(R"({"size":11})");
  const NetworkVolumePatch grown = network_volume_patch(size.root());
  EXPECT_TRUE(grown.size_gb == 11 && !grown.name && !grown.data_center_id && !grown.type);
}

}  // namespace
}  // namespace pilotlight::api::rest_v2
