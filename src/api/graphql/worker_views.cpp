#include "api/graphql/worker_views.hpp"

#include <algorithm>
#include <limits>

#include "api/graphql/formats.hpp"
#include "api/graphql/resolvers.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using Arguments = json::object;
using face::text;
using face::text_or_null;

/// The status that the worker shall have: it ends as soon as it is told to stop.
std::string_view desired_status(WorkerState state) {
  return state == WorkerState::stopping ? "EXITED" : "RUNNING";
}

using Pod = Catalog::WorkerAt;

/// A field of the template; null without one.
template <class Show>
auto of_template(Show show) {
  return
      [show](const Pod& pod) { return pod.used == nullptr ? json::value() : json::value(show(*pod.used)); };
}

void resolve_pod(graphql::Schema& schema) {
  Resolvers type(schema, "Pod");
  const auto add = [&type](std::string_view name, auto show) {
    type.add(name, [show](const Catalog& all, const json::value& place, const Arguments&) -> json::value {
      return show(all.worker_at(place));
    });
  };
  add("id", [](const Pod& pod) { return text(pod.worker.id.view()); });
  add("desiredStatus", [](const Pod& pod) { return text(desired_status(pod.worker.state)); });
  add("aiApiId", [](const Pod& pod) { return text(pod.worker.endpoint.view()); });
  add("slsVersion", [](const Pod& pod) { return pod.worker.endpoint_version; });
  add("createdAt", [](const Pod& pod) { return text(to_iso8601(pod.worker.created)); });
  add("name", [](const Pod& pod) { return text(pod.endpoint.name); });
  add("templateId", [](const Pod& pod) { return text(pod.endpoint.template_id.view()); });
  add("networkVolumeId", [](const Pod& pod) { return text_or_null(pod.endpoint.network_volume_id); });
  add("gpuCount", [](const Pod& pod) {
    return pod.endpoint.instance_ids.empty() ? pod.endpoint.gpu_count : std::int64_t{0};
  });
  add("imageName", of_template([](const Template& used) { return text(used.image); }));
  add("dockerArgs", of_template([](const Template& used) { return text(used.command); }));
  add("ports", of_template([](const Template& used) { return text(used.ports); }));
  add("containerDiskInGb", of_template([](const Template& used) { return used.container_disk_gb; }));
  add("volumeInGb", of_template([](const Template& used) { return used.volume_gb; }));
  add("volumeMountPath", of_template([](const Template& used) { return text(used.volume_mount_path); }));
  add("containerRegistryAuthId",
      of_template([](const Template& used) { return text_or_null(used.container_registry_auth_id); }));
  type.add_constant({"podType"}, "RESERVED");
  type.add_constant({"costPerHr", "adjustedCostPerHr"}, 0);
  type.add_constant({"locked", "volumeEncrypted"}, false);
}

/// A count as GraphQL's Int, which ends at 2,147,483,647.
json::value counted(std::uint64_t count) {
  return std::min<std::uint64_t>(count, std::numeric_limits<std::int32_t>::max());
}

void resolve_activity(graphql::Schema& schema) {
  Resolvers type(schema, "Endpoint");
  type.add("pods", [](const Catalog& all, const json::value& place, const Arguments&) {
    return all.workers_of(place);
  });
  // RunPod shows both as series over time. Here each series has one point, now: the server keeps no history.
  const auto add = [&type](std::string_view name, auto show) {
    type.add(name, [show](const Catalog& all, const json::value& place, const Arguments&) -> json::value {
      const answer::Health* health = all.health_of(place);
      if (health == nullptr) return json::array();
      json::object point = show(*health);
      point["time"] = text(to_iso8601(all.health_read()));
      return json::array{std::move(point)};
    });
  };
  add("workerState", [](const answer::Health& health) {
    return json::object{{"initializing", counted(health.initializing)},
                        {"idle", counted(health.idle)},
                        {"running", counted(health.running)},
                        {"throttled", counted(health.throttled)},
                        {"unhealthy", counted(health.unhealthy)}};
  });
  add("webhookRequests", [](const answer::Health& health) {
    return json::object{{"responses", {counted(health.completed), counted(health.failed)}}};
  });
}

}  // namespace

void resolve_workers(graphql::Schema& schema) {
  resolve_pod(schema);
  resolve_activity(schema);
}

}  // namespace pilotlight::api
