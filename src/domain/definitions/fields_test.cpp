#include <gtest/gtest.h>

#include <set>

#include "base/hash.hpp"
#include "domain/definitions/changes.hpp"
#include "domain/definitions/endpoint_fields.hpp"
#include "domain/definitions/samples_test.hpp"
#include "domain/definitions/template_fields.hpp"
#include "domain/definitions/volume_fields.hpp"

namespace pilotlight {
namespace {

template <class Fields, class Entity>
std::set<std::string_view> differing(const Fields& fields, const Entity& a, const Entity& b) {
  std::set<std::string_view> names;
  for_each_field(fields, [&](const auto& field) {
    if (field.of(a) != field.of(b)) names.insert(field.name);
  });
  return names;
}

template <class Entity, class Patch, class Fields>
void expect_each_patch_sets_its_field(const Fields& fields) {
  for_each_change(fields, [&](const auto& field) {
    const Entity before;
    Entity after = before;
    Patch patch;
    const auto value = sample(field.of(before));
    patch.*field.change = value;
    apply_patch(patch, after);
    EXPECT_EQ(differing(fields, before, after), std::set{field.name});
    EXPECT_EQ(field.of(after), value) << field.name;
    if constexpr (requires { needs_new_workers(before, after); }) {
      EXPECT_EQ(needs_new_workers(before, after), field.renews) << field.name;
    }
  });
}

template <class Patch, class Entity, class Fields>
Patch patch_to(const Entity& entity, const Fields& fields) {
  Patch patch;
  for_each_change(fields, [&](const auto& field) { patch.*field.change = field.of(entity); });
  return patch;
}

/// The checksum of the first bytes of a value, which must be itself again when it is read.
template <class T>
std::uint32_t sum_of_first(std::size_t bytes, const T& value) {
  const std::string all = encode(value);
  EXPECT_GE(all.size(), bytes);
  const std::optional<T> read = decode<T>(all);
  EXPECT_TRUE(read && encode(*read) == all);
  EXPECT_FALSE(decode<T>(std::string_view(all).substr(0, all.size() - 1)));
  return crc32c(std::string_view(all).substr(0, bytes));
}

template <class Fields>
void expect_own_names(const Fields& fields) {
  std::set<std::string_view> names;
  for_each_field(fields, [&](const auto& field) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name << " is there twice";
  });
}

TEST(EndpointFields, each_patch_sets_its_own_field) {
  expect_each_patch_sets_its_field<Endpoint, EndpointPatch>(endpoint_fields);
  expect_own_names(endpoint_fields);
}

TEST(TemplateFields, each_patch_sets_its_own_field) {
  expect_each_patch_sets_its_field<Template, TemplatePatch>(template_fields);
  expect_own_names(template_fields);
}

TEST(VolumeFields, each_patch_sets_its_own_field) {
  expect_each_patch_sets_its_field<NetworkVolume, NetworkVolumePatch>(volume_fields);
  expect_own_names(volume_fields);
}

// The bytes of the fields that there were at first; a later one is stored behind them.
TEST(EndpointFields, stored_bytes_keep_their_order) {
  const auto value = filled<Endpoint>(endpoint_fields);
  EXPECT_EQ(sum_of_first(273, value), 0xba1de719U);
  EXPECT_EQ(sum_of_first(279, patch_to<EndpointPatch>(value, endpoint_fields)), 0x48627abbU);
}

TEST(TemplateFields, stored_bytes_keep_their_order) {
  const auto value = filled<Template>(template_fields);
  EXPECT_EQ(sum_of_first(147, value), 0x53e44cfbU);
  EXPECT_EQ(sum_of_first(142, patch_to<TemplatePatch>(value, template_fields)), 0x4b7c85acU);
}

TEST(VolumeFields, stored_bytes_keep_their_order) {
  const auto value = filled<NetworkVolume>(volume_fields);
  EXPECT_EQ(sum_of_first(45, value), 0xf1df79d2U);
  EXPECT_EQ(sum_of_first(29, patch_to<NetworkVolumePatch>(value, volume_fields)), 0x0f68a61aU);
}

TEST(EndpointFields, patch_without_fields_changes_nothing) {
  Endpoint value;
  value.name = "abc-fb";
  const Endpoint before = value;
  apply_patch(EndpointPatch{}, value);
  EXPECT_EQ(value, before);
}

TEST(EndpointFields, name_with_fb_turns_flash_boot_on_unless_the_patch_sets_it) {
  EndpointPatch patch;
  patch.name = "abc -fb";
  Endpoint value;
  apply_patch(patch, value);
  EXPECT_EQ(value.flash_boot, FlashBoot::on);
  patch.flash_boot = FlashBoot::off;
  apply_patch(patch, value);
  EXPECT_EQ(value.flash_boot, FlashBoot::off);
}

TEST(EndpointFields, these_changes_need_new_workers) {
  std::set<std::string_view> renewing;
  for_each_change(endpoint_fields, [&](const auto& field) {
    if (field.renews) renewing.insert(field.name);
  });
  EXPECT_EQ(renewing,
            (std::set<std::string_view>{"template_id", "gpu_ids", "gpu_count", "instance_ids", "locations",
                                        "data_center_ids", "network_volume_id", "network_volume_ids",
                                        "allowed_cuda_versions", "min_cuda_version", "flash_boot", "env",
                                        "model_references"}));
}

TEST(TemplateFields, these_changes_need_new_workers) {
  std::set<std::string_view> renewing;
  for_each_change(template_fields, [&](const auto& field) {
    if (field.renews) renewing.insert(field.name);
  });
  EXPECT_EQ(renewing,
            (std::set<std::string_view>{"image", "command", "env", "ports", "container_disk_gb",
                                        "container_registry_auth_id", "volume_mount_path", "start_script"}));
}

}  // namespace
}  // namespace pilotlight
