#include "api/graphql/volume_views.hpp"

#include "api/graphql/catalog_views.hpp"
#include "api/graphql/formats.hpp"
#include "api/graphql/resolvers.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using face::text;
using face::text_or_null;

using Arguments = json::object;

void resolve_volume(graphql::Schema& schema) {
  Resolvers type(schema, "NetworkVolume");
  const auto add = [&type](std::string_view name, auto show) {
    type.add(name, [show](const Catalog& all, const json::value& place, const Arguments&) -> json::value {
      return show(all.volume_at(place));
    });
  };
  add("id", [](const NetworkVolume& v) { return text(v.id.view()); });
  add("name", [](const NetworkVolume& v) { return text(v.name); });
  add("size", [](const NetworkVolume& v) { return v.size_gb; });
  add("dataCenterId", [](const NetworkVolume& v) { return text(v.data_center_id); });
  add("dataCenter", [](const NetworkVolume& v) { return data_center_of_id(v.data_center_id); });
}

/// The volume of the endpoint's networkVolumeId, else the first that is known of its networkVolumeIds.
json::value volume_of(const Catalog& all, const Endpoint& endpoint) {
  json::value found = all.volume_of_id(endpoint.network_volume_id);
  for (const std::string& id : endpoint.network_volume_ids)
    if (found.is_null()) found = all.volume_of_id(id);
  return found;
}

}  // namespace

void resolve_volumes(graphql::Schema& schema) {
  resolve_volume(schema);
  Resolvers(schema, "User")
      .add("networkVolumes",
           [](const Catalog& all, const json::value&, const Arguments&) { return all.volumes(); });
  Resolvers(schema, "Endpoint")
      .add("networkVolume", [](const Catalog& all, const json::value& place, const Arguments&) {
        return volume_of(all, *all.endpoint_at(place).endpoint);
      });
  Resolvers(schema, "EndpointNetworkVolume")
      .add("dataCenterId", [](const Catalog& all, const json::value& named, const Arguments&) {
        const json::value place = all.volume_of_id(named.at("networkVolumeId").as_string());
        return place.is_null() ? json::value() : text_or_null(all.volume_at(place).data_center_id);
      });
}

}  // namespace pilotlight::api
