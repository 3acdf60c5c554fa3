#include "api/graphql/views.hpp"

#include "api/graphql/catalog.hpp"
#include "api/graphql/faces.hpp"
#include "api/graphql/formats.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using face::text;
using face::text_or_null;

/// The status that the worker shall have: it ends as soon as it is told to stop.
std::string_view desired_status(WorkerState state) {
  return state == WorkerState::stopping ? "EXITED" : "RUNNING";
}

json::value pods(const Catalog& all, const json::value& place) {
  const answer::EndpointEntry& entry = all.endpoint_at(place);
  const json::value used_place = all.template_of(place);
  const Template* used = used_place.is_null() ? nullptr : &all.template_at(used_place);
  json::array shown;
  for (const Worker& worker : entry.workers) {
    // Registered to be started by hand, and not heard of since: no live worker.
    if (worker.origin == WorkerOrigin::by_hand && worker.state == WorkerState::starting) continue;
    shown.push_back({{"id", text(worker.id.view())},
                     {"name", text(entry.endpoint->name)},
                     {"desiredStatus", desired_status(worker.state)},
                     {"aiApiId", text(worker.endpoint.view())},
                     {"slsVersion", worker.endpoint_version},
                     {"templateId", text(entry.endpoint->template_id.view())},
                     {"imageName", used == nullptr ? json::value() : text(used->image)},
                     {"dockerArgs", used == nullptr ? json::value() : text(used->command)},
                     {"createdAt", to_iso8601(worker.created)}});
  }
  return shown;
}

const Catalog& catalog_in(const std::any& source) {
  return *std::any_cast<const std::shared_ptr<const Catalog>&>(source);
}

/// Registers resolvers of one type.
class Resolvers {
 public:
  Resolvers(graphql::Schema& schema, std::string type) : schema_(schema), type_(std::move(type)) {}

  template <class Show>
  void add(std::string_view field, Show show) {
    const auto resolve = [show](const json::value& parent, const json::object& arguments,
                                const std::any& source) -> json::value {
      return show(catalog_in(source), parent, arguments);
    };
    const bool placed = schema_.resolve(type_ + "." + std::string(field), resolve);
    ASSERT(placed);
  }

 private:
  graphql::Schema& schema_;
  const std::string type_;
};

using Arguments = json::object;
using Environment = std::function<json::value(const PayloadRef&)>;

void resolve_user(graphql::Schema& schema) {
  Resolvers user(schema, "User");
  user.add("id", [](const Catalog&, const json::value&, const Arguments&) {
    return text(shown_id(AccountId::first));
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
  type.add("pods",
           [](const Catalog& all, const json::value& place, const Arguments&) { return pods(all, place); });
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

void resolve_definitions(graphql::Schema& schema, const Environment& environment) {
  resolve_user(schema);
  resolve_template(schema, environment);
  resolve_endpoint(schema, environment);
}

}  // namespace pilotlight::api
