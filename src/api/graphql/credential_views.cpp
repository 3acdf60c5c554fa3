#include "api/graphql/credential_views.hpp"

#include "api/graphql/formats.hpp"
#include "api/graphql/resolvers.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using Arguments = json::object;
using face::text;
using face::text_or_null;

}  // namespace

void resolve_credentials(graphql::Schema& schema) {
  Resolvers user(schema, "User");
  user.add("containerRegistryCreds", [](const Catalog& all, const json::value&, const Arguments&) {
    return all.registries().listed();
  });
  user.add("secrets",
           [](const Catalog& all, const json::value&, const Arguments&) { return all.secrets().listed(); });

  Resolvers registry(schema, "ContainerRegistryAuth");
  registry.add("id", [](const Catalog& all, const json::value& place, const Arguments&) {
    return text(all.registries().at(place).id.view());
  });
  registry.add("name", [](const Catalog& all, const json::value& place, const Arguments&) {
    return text(all.registries().at(place).name);
  });

  Resolvers secret(schema, "Secret");
  const auto add = [&secret](std::string_view name, auto show) {
    secret.add(name, [show](const Catalog& all, const json::value& place, const Arguments&) -> json::value {
      return show(all.secrets().at(place));
    });
  };
  add("id", [](const Secret& one) { return text(one.id.view()); });
  add("name", [](const Secret& one) { return text(one.name); });
  add("description", [](const Secret& one) { return text_or_null(one.description); });
  add("createdAt", [](const Secret& one) { return text(to_iso8601(one.created)); });
  add("updatedAt", [](const Secret& one) { return text(to_iso8601(one.updated)); });
}

}  // namespace pilotlight::api
