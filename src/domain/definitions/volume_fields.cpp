#include "domain/definitions/volume_fields.hpp"

#include "domain/definitions/changes.hpp"

namespace pilotlight {
namespace {

static_assert(std::tuple_size_v<decltype(volume_fields)> == boost::pfr::tuple_size_v<NetworkVolume>,
              "a field of NetworkVolume is not in the table");
static_assert(changes_in(volume_fields) == boost::pfr::tuple_size_v<NetworkVolumePatch>,
              "a field of NetworkVolumePatch is not in the table");

}  // namespace

void apply_patch(const NetworkVolumePatch& patch, NetworkVolume& value) {
  apply_fields(volume_fields, patch, value);
}

std::vector<Breach> breaches(const NetworkVolume& value) {
  return bound_breaches(volume_fields, value);
}

void CustomCodec<NetworkVolume>::put(Encoder& out, const NetworkVolume& value) {
  for_each_field(volume_fields, [&](const auto& field) { out.put(field.of(value)); });
}

bool CustomCodec<NetworkVolume>::get(Decoder& in, NetworkVolume& value) {
  for_each_field(volume_fields, [&](const auto& field) { in.get(field.of(value)); });
  return in.ok();
}

void CustomCodec<NetworkVolumePatch>::put(Encoder& out, const NetworkVolumePatch& patch) {
  for_each_change(volume_fields, [&](const auto& field) { out.put(patch.*field.change); });
}

bool CustomCodec<NetworkVolumePatch>::get(Decoder& in, NetworkVolumePatch& patch) {
  for_each_change(volume_fields, [&](const auto& field) { in.get(patch.*field.change); });
  return in.ok();
}

}  // namespace pilotlight
