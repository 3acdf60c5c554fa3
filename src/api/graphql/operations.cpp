#include "api/graphql/operations.hpp"

#include "api/graphql/catalog.hpp"
#include "api/graphql/inputs.hpp"
#include "api/graphql/schema_text.hpp"
#include "api/graphql/views.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"
#include "service/definitions/definitions.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using graphql::FieldError;
using graphql::RootField;
using graphql::RootResult;

FieldError error_of(const Error& error) {
  return {error.message, std::string(graphql_code(error.code))};
}

template <class Command>
service::Wish<Command> wish_of(Asked<Command> asked) {
  service::Wish<Command> wish{std::move(asked.command)};
  if (asked.has_env) wish.env = std::move(asked.env);
  return wish;
}

awaitable<RootResult> saved_endpoint(Context& context, Exchange& exchange,
                                     service::Wish<command::SaveEndpoint> wish) {
  const auto saved = co_await service::save_endpoint(context, exchange, std::move(wish));
  if (!saved) co_return error_of(saved.error());
  answer::EndpointEntry entry{*saved, {}};
  const auto catalog = co_await service::read_catalog(context, exchange);
  for (const answer::EndpointEntry& one : catalog->endpoints)
    if (one.endpoint->id == entry.endpoint->id) entry.workers = one.workers;
  const Template* used = nullptr;
  for (const auto& one : catalog->templates)
    if (one->id == entry.endpoint->template_id) used = one.get();
  json::value view = endpoint_view(entry, used);
  view.as_object()["template"] = used == nullptr ? json::value() : template_view(*used);
  co_return view;
}

awaitable<RootResult> save_endpoint(Context& context, Exchange& exchange, const json::object& input) {
  Result<Asked<command::SaveEndpoint>> asked = endpoint_from_input(input);
  if (!asked) co_return error_of(asked.error());
  co_return co_await saved_endpoint(context, exchange, wish_of(std::move(*asked)));
}

awaitable<RootResult> save_template(Context& context, Exchange& exchange, const json::object& input) {
  Result<Asked<command::SaveTemplate>> asked = template_from_input(input);
  if (!asked) co_return error_of(asked.error());
  const auto saved = co_await service::save_template(context, exchange, wish_of(std::move(*asked)));
  if (!saved) co_return error_of(saved.error());
  co_return template_view(**saved);
}

/// updateEndpointTemplate, updateEndpointWorkersMin and -Max: one field of one endpoint.
awaitable<RootResult> update_endpoint(Context& context, Exchange& exchange, std::string_view field,
                                      const json::object& input) {
  command::SaveEndpoint command;
  command.id = EndpointId::parse(text_of(input, "endpointId")).value_or(EndpointId());
  EndpointPatch& patch = command.patch;
  if (field == "updateEndpointTemplate")
    patch.template_id = TemplateId::parse(text_of(input, "templateId")).value_or(TemplateId());
  if (field == "updateEndpointWorkersMin") patch.workers_min = input.at("workerCount").get_int64();
  if (field == "updateEndpointWorkersMax") patch.workers_max = input.at("workerCount").get_int64();
  service::Wish<command::SaveEndpoint> wish{std::move(command)};
  co_return co_await saved_endpoint(context, exchange, std::move(wish));
}

/// deleteEndpoint, deleteTemplate.
awaitable<RootResult> remove(Context& context, Exchange& exchange, const RootField& field) {
  Result<void> removed;
  if (field.field_name == "deleteTemplate") {
    std::string name = text_of(field.arguments, "templateName");
    removed = co_await service::delete_template(context, exchange, std::move(name));
  } else {
    const auto id = EndpointId::parse(text_of(field.arguments, "id"));
    if (!id) co_return error_of(refusal(Errc::not_found, "Endpoint not found"));
    removed = co_await service::delete_endpoint(context, exchange, *id, context.settings.drain_on_delete);
  }
  if (!removed) co_return error_of(removed.error());
  co_return json::value(nullptr);
}

/// podTemplate: null if there is none.
json::value read_template(const answer::CatalogContent& catalog, const RootField& field) {
  const std::string id = text_of(field.arguments, "id");
  for (const auto& one : catalog.templates)
    if (one->id.view() == id) return template_view(*one);
  return nullptr;
}

awaitable<RootResult> mutate(Context& context, Exchange& exchange, const RootField& field) {
  if (field.field_name.starts_with("delete")) co_return co_await remove(context, exchange, field);
  const json::value* input = field.arguments.if_contains("input");
  if (input == nullptr || !input->is_object())
    co_return error_of(refusal(Errc::invalid, "input must be given"));
  const json::object& fields = input->get_object();
  if (field.field_name == "saveEndpoint") co_return co_await save_endpoint(context, exchange, fields);
  if (field.field_name == "saveTemplate") co_return co_await save_template(context, exchange, fields);
  co_return co_await update_endpoint(context, exchange, field.field_name, fields);
}

awaitable<CarriedOut> query(Context& context, Exchange& exchange, const graphql::Prepared& prepared) {
  CarriedOut done;
  if (prepared.roots.empty()) co_return done;
  done.catalog = co_await service::read_catalog(context, exchange);
  for (const RootField& field : prepared.roots) {
    const bool whole = field.field_name == "myself";
    ASSERT(whole || field.field_name == "podTemplate");
    done.results.emplace_back(whole ? json::value(true) : read_template(*done.catalog, field));
  }
  co_return done;
}

/// The environment of a template or an endpoint, from the store.
json::value stored_env(Store& store, const json::value& parent) {
  const PayloadRef ref = env_reference(parent);
  if (!ref) return json::array();
  const Result<Body> body = service::stored_environment(store, ref);
  if (!body) return nullptr;
  boost::system::error_code error;
  json::value env = json::parse(**body, error);
  return error ? json::value(nullptr) : env;
}

}  // namespace

graphql::Schema management_schema(Store& store) {
  Result<graphql::Schema> schema = graphql::Schema::parse(graphql_schema_text);
  ASSERT(schema.has_value());
  const auto env = [&store](const json::value& parent, const json::object&, const std::any&) {
    return stored_env(store, parent);
  };
  const bool placed = schema->resolve("PodTemplate.env", env) && schema->resolve("Endpoint.env", env);
  ASSERT(placed);
  resolve_catalog(*schema);
  return std::move(*schema);
}

awaitable<CarriedOut> carry_out(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                                std::optional<Account> account) {
  if (account && prepared.operation == graphql::OperationKind::query)
    co_return co_await query(context, exchange, prepared);
  CarriedOut done;
  for (const RootField& field : prepared.roots) {
    if (!account)
      done.results.emplace_back(json::value(nullptr));
    else
      done.results.push_back(co_await mutate(context, exchange, field));
  }
  co_return done;
}

}  // namespace pilotlight::api
