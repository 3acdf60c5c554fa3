#include "api/graphql/operations.hpp"

#include "api/graphql/catalog.hpp"
#include "api/graphql/input_fields.hpp"
#include "api/graphql/inputs.hpp"
#include "api/graphql/schema_text.hpp"
#include "api/graphql/views.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using graphql::FieldError;
using graphql::RootField;
using graphql::RootResult;
using net::awaitable;
using net::Exchange;

constexpr std::size_t endpoint_id_length = 14;
constexpr std::size_t template_id_length = 10;

FieldError error_of(Errc code, std::string message) {
  return {std::move(message), std::string(graphql_code(code))};
}

/// The refusal in an answer, if it is one.
std::optional<FieldError> refusal_in(const engine::Reply& reply) {
  const auto* no = std::get_if<answer::Refused>(&reply.answer);
  if (no == nullptr) return std::nullopt;
  return error_of(no->code, no->message);
}

awaitable<std::shared_ptr<const answer::CatalogContent>> read_catalog(Context& context, Exchange& exchange) {
  Command question = command::ReadCatalog{};
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::control, std::move(question), {}, nullptr);
  if (const auto* catalog = std::get_if<answer::Catalog>(&reply.answer)) co_return catalog->content;
  co_return std::make_shared<const answer::CatalogContent>();
}

/// Sends a command that saves something with an environment, which is stored first if it is large.
template <class Command>
awaitable<engine::Reply> save(Context& context, Exchange& exchange, Asked<Command> asked) {
  std::vector<StoredPayload> payloads;
  if (asked.has_env) asked.command.patch.env.emplace();
  if (asked.env) {
    payloads.push_back({reference(context.engine.draw_row(), asked.env), asked.env});
    asked.command.patch.env = payloads.front().ref;
  }
  const Result<void> written = co_await write_files(context, exchange, payloads);
  if (!written) {
    engine::Reply failed;
    failed.answer = answer::Refused{written.error().code,
                                    "the environment could not be stored: " + written.error().message};
    co_return failed;
  }
  const std::vector<PayloadRef> files = files_among(payloads);
  engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::control, std::move(asked.command),
                                                             std::move(payloads), nullptr);
  if (std::holds_alternative<answer::Refused>(reply.answer)) discard_files(context, files);
  co_return reply;
}

awaitable<RootResult> saved_endpoint(Context& context, Exchange& exchange, engine::Reply reply) {
  if (auto error = refusal_in(reply)) co_return *error;
  answer::EndpointEntry entry{std::get<answer::EndpointSaved>(reply.answer).saved, {}};
  const auto catalog = co_await read_catalog(context, exchange);
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
  if (!asked) co_return error_of(asked.error().code, asked.error().message);
  if (asked->command.create) asked->command.id = EndpointId::generate(endpoint_id_length, random_bits);
  engine::Reply reply = co_await save(context, exchange, std::move(*asked));
  co_return co_await saved_endpoint(context, exchange, std::move(reply));
}

awaitable<RootResult> save_template(Context& context, Exchange& exchange, const json::object& input) {
  Result<Asked<command::SaveTemplate>> asked = template_from_input(input);
  if (!asked) co_return error_of(asked.error().code, asked.error().message);
  if (asked->command.create) asked->command.id = TemplateId::generate(template_id_length, random_bits);
  const engine::Reply reply = co_await save(context, exchange, std::move(*asked));
  if (auto error = refusal_in(reply)) co_return *error;
  co_return template_view(*std::get<answer::TemplateSaved>(reply.answer).saved);
}

/// updateEndpointTemplate, updateEndpointWorkersMin and -Max: one field of one endpoint.
awaitable<RootResult> update_endpoint(Context& context, Exchange& exchange, std::string_view field,
                                      const json::object& input) {
  Asked<command::SaveEndpoint> asked;
  asked.command.id = EndpointId::parse(text_of(input, "endpointId")).value_or(EndpointId());
  EndpointPatch& patch = asked.command.patch;
  if (field == "updateEndpointTemplate")
    patch.template_id = TemplateId::parse(text_of(input, "templateId")).value_or(TemplateId());
  if (field == "updateEndpointWorkersMin") patch.workers_min = input.at("workerCount").get_int64();
  if (field == "updateEndpointWorkersMax") patch.workers_max = input.at("workerCount").get_int64();
  engine::Reply reply = co_await save(context, exchange, std::move(asked));
  co_return co_await saved_endpoint(context, exchange, std::move(reply));
}

awaitable<RootResult> remove(Context& context, Exchange& exchange, Command command) {
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::control, std::move(command), {}, nullptr);
  if (auto error = refusal_in(reply)) co_return *error;
  co_return json::value(nullptr);
}

/// deleteEndpoint, deleteTemplate; nothing: the id cannot be one.
std::optional<Command> removal(const Context& context, const RootField& field) {
  if (field.field_name == "deleteTemplate")
    return command::DeleteTemplate{ticket_none, text_of(field.arguments, "templateName")};
  const auto endpoint = EndpointId::parse(text_of(field.arguments, "id"));
  if (!endpoint) return std::nullopt;
  return command::DeleteEndpoint{ticket_none, *endpoint, context.settings.drain_on_delete};
}

/// podTemplate: null if there is none.
json::value read_template(const answer::CatalogContent& catalog, const RootField& field) {
  const std::string id = text_of(field.arguments, "id");
  for (const auto& one : catalog.templates)
    if (one->id.view() == id) return template_view(*one);
  return nullptr;
}

awaitable<RootResult> mutate(Context& context, Exchange& exchange, const RootField& field) {
  if (field.field_name.starts_with("delete")) {
    std::optional<Command> command = removal(context, field);
    if (!command) co_return error_of(Errc::not_found, "Endpoint not found");
    co_return co_await remove(context, exchange, std::move(*command));
  }
  const json::value* input = field.arguments.if_contains("input");
  if (input == nullptr || !input->is_object()) co_return error_of(Errc::invalid, "input must be given");
  const json::object& fields = input->get_object();
  if (field.field_name == "saveEndpoint") co_return co_await save_endpoint(context, exchange, fields);
  if (field.field_name == "saveTemplate") co_return co_await save_template(context, exchange, fields);
  co_return co_await update_endpoint(context, exchange, field.field_name, fields);
}

awaitable<CarriedOut> query(Context& context, Exchange& exchange, const graphql::Prepared& prepared) {
  CarriedOut done;
  if (prepared.roots.empty()) co_return done;
  done.catalog = co_await read_catalog(context, exchange);
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
  const Result<Body> body = store.read(ref);
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
