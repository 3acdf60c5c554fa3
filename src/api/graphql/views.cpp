#include "api/graphql/views.hpp"

#include "api/graphql/account_views.hpp"
#include "api/graphql/catalog_views.hpp"
#include "api/graphql/credential_views.hpp"
#include "api/graphql/faces.hpp"
#include "api/graphql/formats.hpp"
#include "api/graphql/resolvers.hpp"
#include "api/graphql/volume_views.hpp"
#include "api/graphql/worker_views.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using face::text;
using face::text_or_null;

using Arguments = json::object;
using Environment = std::function<json::value(const PayloadRef&)>;

void resolve_user(graphql::Schema& schema) {
  Resolvers user(schema, "User");
  user.add("id", [](const Catalog&, const json::value&, const Arguments&) {
    return text(shown_id(AccountId::first));
  });
  user.add("pubKey", [](const Catalog& all, const json::value&, const Arguments&) {
    return text_or_null(all.public_key());
  });
  user.add("podTemplates",
           [](const Catalog& all, const json::value&, const Arguments&) { return all.templates(); });
  user.add("endpoints",
           [](const Catalog& all, const json::value&, const Arguments&) { return all.endpoints(); });
  user.add("endpoint", [](const Catalog& all, const json::value&, const Arguments& arguments) {
    return all.endpoint_of_id(arguments.at("id").as_string());
  });
}

void resolve_template(graphql::Schema& schema, const Environment& environment) {
  Resolvers type(schema, "PodTemplate");
  const auto add = [&type](std::string_view name, auto show) {
    type.add(name, [show](const Catalog& all, const json::value& place, const Arguments&) -> json::value {
      return show(all.template_at(place));
    });
  };
  for (const ShownField<Template>& field : shown_template_fields()) add(field.name, field.show);
  add("id", [](const Template& t) { return text(t.id.view()); });
  add("userId", [](const Template& t) { return text(shown_id(t.account)); });
  add("isRunpod", [](const Template&) { return false; });
  add("boundEndpointId", [](const Template& t) { return text_or_null(t.bound_endpoint.view()); });
  add("env", [environment](const Template& t) { return environment(t.env); });
  type.add_constant({"earned", "runtimeInMin", "presentationOrder"}, 0);
}

void resolve_endpoint(graphql::Schema& schema, const Environment& environment) {
  Resolvers type(schema, "Endpoint");
  const auto add = [&type](std::string_view name, auto show) {
    type.add(name, [show](const Catalog& all, const json::value& place, const Arguments&) -> json::value {
      return show(*all.endpoint_at(place).endpoint);
    });
  };
  for (const ShownField<Endpoint>& field : shown_endpoint_fields()) add(field.name, field.show);
  add("id", [](const Endpoint& e) { return text(e.id.view()); });
  add("userId", [](const Endpoint& e) { return text(shown_id(e.account)); });
  add("computeType", [](const Endpoint& e) { return text(e.instance_ids.empty() ? "GPU" : "CPU"); });
  add("version", [](const Endpoint& e) { return e.version; });
  add("createdAt", [](const Endpoint& e) { return text(to_iso8601(e.created)); });
  add("env", [environment](const Endpoint& e) { return environment(e.env); });
  type.add_constant({"builds"}, json::array());
  type.add("template", [](const Catalog& all, const json::value& place, const Arguments&) {
    return all.template_of(place);
  });
}

}  // namespace

std::string_view shown_id(AccountId account) {
  switch (account) {
    case AccountId::first: return "user_pilotlight";
  }
  UNREACHABLE();
}

void resolve_types(graphql::Schema& schema, const Environment& environment, const catalog::Prices& prices) {
  resolve_user(schema);
  resolve_account(schema);
  resolve_credentials(schema);
  resolve_template(schema, environment);
  resolve_endpoint(schema, environment);
  resolve_volumes(schema);
  resolve_workers(schema);
  resolve_catalog(schema, prices);
}

}  // namespace pilotlight::api
