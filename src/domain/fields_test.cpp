#include <gtest/gtest.h>

#include <set>

#include "domain/changes.hpp"
#include "domain/endpoint_fields.hpp"
#include "domain/template_fields.hpp"

namespace pilotlight {
namespace {

/// A value that no field has by itself.
template <class T>
T sample() {
  if constexpr (detail::is_a<T, std::optional>)
    return sample<typename T::value_type>();
  else if constexpr (std::is_same_v<T, bool>)
    return true;
  else if constexpr (std::is_enum_v<T>)
    return static_cast<T>(1);
  else if constexpr (std::is_same_v<T, std::string>)
    return "sample";
  else if constexpr (detail::is_a<T, std::vector>)
    return {"sample"};
  else if constexpr (std::is_same_v<T, TemplateId>)
    return TemplateId::parse("sample").value();
  else if constexpr (std::is_same_v<T, PayloadRef>)
    return {7, 5, PayloadPlace::row};
  else
    return T{77};
}

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
    using Value = std::remove_cvref_t<decltype(field.of(before))>;
    Value value = sample<Value>();
    if (value == field.of(before)) value = Value{};
    patch.*field.change = value;
    apply_patch(patch, after);
    EXPECT_EQ(differing(fields, before, after), std::set{field.name});
    EXPECT_EQ(field.of(after), value) << field.name;
    EXPECT_EQ(needs_new_workers(before, after), field.renews) << field.name;
  });
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
