#include "domain/definitions/endpoint_fields.hpp"

#include "domain/definitions/changes.hpp"

namespace pilotlight {
namespace {

// A QueueSettings is a part: its fields are rows themselves.
static_assert(std::tuple_size_v<decltype(endpoint_fields)> ==
                  boost::pfr::tuple_size_v<Endpoint> - 1 + boost::pfr::tuple_size_v<QueueSettings>,
              "a field of Endpoint is not in the table");
static_assert(changes_in(endpoint_fields) == boost::pfr::tuple_size_v<EndpointPatch>,
              "a field of EndpointPatch is not in the table");

constexpr std::int64_t jobs_per_worker_min_milli = 1000;

}  // namespace

void apply_patch(const EndpointPatch& patch, Endpoint& value) {
  apply_fields(endpoint_fields, patch, value);
  // Appending "-fb" to the name is the older way to turn FlashBoot on; the name is kept as it is.
  if (patch.name && patch.name->ends_with("-fb") && !patch.flash_boot) value.flash_boot = FlashBoot::on;
}

bool needs_new_workers(const Endpoint& before, const Endpoint& after) {
  return renewing_fields_differ(endpoint_fields, before, after);
}

std::vector<Breach> breaches(const Endpoint& value) {
  std::vector<Breach> found = bound_breaches(endpoint_fields, value);
  if (value.workers_min > value.workers_max) found.push_back({"workers_min", Side::beside, {}});
  if (value.scaler_type == ScalerType::request_count && value.scaler_value_milli < jobs_per_worker_min_milli)
    found.push_back({"scaler_value_milli", Side::beside, {}});
  return found;
}

void CustomCodec<Endpoint>::put(Encoder& out, const Endpoint& value) {
  for_each_field(endpoint_fields, [&](const auto& field) { out.put(field.of(value)); });
}

bool CustomCodec<Endpoint>::get(Decoder& in, Endpoint& value) {
  for_each_field(endpoint_fields, [&](const auto& field) { in.get(field.of(value)); });
  return in.ok();
}

void CustomCodec<EndpointPatch>::put(Encoder& out, const EndpointPatch& patch) {
  for_each_change(endpoint_fields, [&](const auto& field) { out.put(patch.*field.change); });
}

bool CustomCodec<EndpointPatch>::get(Decoder& in, EndpointPatch& patch) {
  for_each_change(endpoint_fields, [&](const auto& field) { in.get(patch.*field.change); });
  return in.ok();
}

}  // namespace pilotlight
