#include "api/graphql/operations.hpp"

#include <set>

#include "api/graphql/catalog.hpp"
#include "api/graphql/credentials.hpp"
#include "api/graphql/field_error.hpp"
#include "api/graphql/inputs.hpp"
#include "api/graphql/queries.hpp"
#include "api/graphql/schema_text.hpp"
#include "api/graphql/views.hpp"
#include "api/graphql/volume_operations.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "service/accounts/accounts.hpp"
#include "service/definitions/definitions.hpp"
#include "service/endpoints/endpoints.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using graphql::RootField;
using graphql::RootResult;

/// Endpoints that a query reads one by one; more, and it reads all definitions at once.
constexpr std::size_t single_reads_max = 16;
constexpr std::string_view user_settings = "updateUserSettings";

awaitable<RootResult> saved_endpoint(Context& context, Exchange& exchange, Catalog& shown,
                                     service::Wish<command::SaveEndpoint> wish) {
  const auto saved = co_await service::save_endpoint(context, exchange, std::move(wish));
  if (!saved) co_return field_error(saved.error());
  // Since it was saved it may have been changed again, or deleted: this shows what was saved.
  answer::EndpointEntry entry{saved->saved, {}};
  if (auto now = co_await service::read_endpoint(context, exchange, saved->saved->id)) {
    entry.workers = std::move(now->entry.workers);
    for (auto& volume : now->volumes) shown.add(std::move(volume));
  }
  co_return shown.add(std::move(entry), saved->used);
}

/// The refusal of a name that RunPod would refuse. A name that the endpoint has already, given to it by
/// another interface, may be sent back.
awaitable<std::optional<Error>> short_name(Context& context, Exchange& exchange,
                                           const command::SaveEndpoint& save) {
  constexpr std::uint64_t least = 3;
  if (!save.patch.name || characters_in(*save.patch.name) >= least) co_return std::nullopt;
  if (!save.create) {
    const auto now = co_await service::read_endpoint(context, exchange, save.id);
    if (!now || now->entry.endpoint->name == *save.patch.name) co_return std::nullopt;
  }
  co_return refusal(Errc::invalid, "name must have at least 3 characters");
}

awaitable<RootResult> save_endpoint(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                                    const json::object& input) {
  auto wish = endpoint_from_input(input);
  if (!wish) co_return field_error(wish.error());
  if (const auto refused = co_await short_name(context, exchange, wish->command))
    co_return field_error(*refused);
  wish->command.account = account;
  co_return co_await saved_endpoint(context, exchange, shown, std::move(*wish));
}

awaitable<RootResult> save_template(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                                    const json::object& input) {
  auto wish = template_from_input(input);
  if (!wish) co_return field_error(wish.error());
  wish->command.account = account;
  const auto saved = co_await service::save_template(context, exchange, std::move(*wish));
  if (!saved) co_return field_error(saved.error());
  co_return shown.add(*saved);
}

/// updateEndpointTemplate, updateEndpointWorkersMin and -Max: one field of one endpoint.
awaitable<RootResult> update_endpoint(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                                      std::string_view field, const json::object& input) {
  command::SaveEndpoint command;
  command.account = account;
  command.id = EndpointId::parse(text_of(input, "endpointId")).value_or(EndpointId());
  EndpointPatch& patch = command.patch;
  if (field == "updateEndpointTemplate")
    patch.template_id = TemplateId::parse(text_of(input, "templateId")).value_or(TemplateId());
  if (field == "updateEndpointWorkersMin") patch.workers_min = input.at("workerCount").get_int64();
  if (field == "updateEndpointWorkersMax") patch.workers_max = input.at("workerCount").get_int64();
  service::Wish<command::SaveEndpoint> wish{std::move(command)};
  co_return co_await saved_endpoint(context, exchange, shown, std::move(wish));
}

/// deleteEndpoint, deleteTemplate.
awaitable<RootResult> remove(Context& context, Exchange& exchange, const RootField& field) {
  Result<void> removed;
  if (field.field_name == "deleteTemplate") {
    std::string name = text_of(field.arguments, "templateName");
    removed = co_await service::delete_template(context, exchange, std::move(name));
  } else {
    const auto id = EndpointId::parse(text_of(field.arguments, "id"));
    if (!id) co_return field_error(refusal(Errc::not_found, "Endpoint not found"));
    removed = co_await service::delete_endpoint(context, exchange, *id, context.settings.drain_on_delete);
  }
  if (!removed) co_return field_error(removed.error());
  co_return json::value(nullptr);
}

awaitable<RootResult> update_user_settings(Context& context, Exchange& exchange, Catalog& shown,
                                           AccountId account, const json::object& input) {
  const bool given = input.if_contains("pubKey") != nullptr;
  std::string key = text_of(input, "pubKey");
  if (given) {
    AccountSettings settings{account, key};
    const auto saved = co_await service::save_settings(context, exchange, std::move(settings));
    if (!saved) co_return field_error(saved.error());
    shown.set_public_key(std::move(key));
  }
  co_return json::value(true);
}

awaitable<RootResult> mutate(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                             const RootField& field) {
  if (changes_credentials(field.field_name))
    co_return co_await change_credentials(context, exchange, shown, account, field);
  if (is_of_volumes(field.field_name))
    co_return co_await mutate_volume(context, exchange, shown, account, field);
  if (field.field_name.starts_with("delete")) co_return co_await remove(context, exchange, field);
  const json::value* input = field.arguments.if_contains("input");
  if (input == nullptr || !input->is_object())
    co_return field_error(refusal(Errc::invalid, "input must be given"));
  const json::object& fields = input->get_object();
  if (field.field_name == "saveEndpoint")
    co_return co_await save_endpoint(context, exchange, shown, account, fields);
  if (field.field_name == "saveTemplate")
    co_return co_await save_template(context, exchange, shown, account, fields);
  if (field.field_name == user_settings)
    co_return co_await update_user_settings(context, exchange, shown, account, fields);
  co_return co_await update_endpoint(context, exchange, shown, account, field.field_name, fields);
}

/// Reads what the endpoints of the catalog do, if the operation shows any of it.
awaitable<> read_activity(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                          Catalog& catalog) {
  if (!graphql::mentions(prepared, {"workerState", "webhookRequests"})) co_return;
  std::vector<EndpointId> ids = catalog.endpoint_ids();
  auto health = co_await service::read_healths(context, exchange, std::move(ids));
  catalog.add_health(std::move(health), context.clock.now());
}

/// Ids of the endpoints that are all that a query shows of the definitions; nullopt: it shows more of them,
/// or too many.
std::optional<std::set<EndpointId>> endpoints_alone(const graphql::Prepared& prepared) {
  if (graphql::mentions(prepared, {"endpoints", "podTemplates", "podTemplate", "pubKey", "networkVolumes"}))
    return std::nullopt;
  const auto places = graphql::arguments_of(prepared, "User", "endpoint", single_reads_max);
  if (!places) return std::nullopt;
  std::set<EndpointId> ids;
  for (const json::object& arguments : *places)
    if (const auto id = EndpointId::parse(text_of(arguments, "id"))) ids.insert(*id);
  return ids;
}

/// Reads what a query shows of the definitions. Single endpoints cost the same however many there are.
awaitable<std::shared_ptr<const answer::CatalogContent>> read_definitions(Context& context,
                                                                          Exchange& exchange,
                                                                          const graphql::Prepared& prepared) {
  const auto some = endpoints_alone(prepared);
  if (!some) co_return co_await service::read_catalog(context, exchange);
  const auto content = std::make_shared<answer::CatalogContent>();
  for (const EndpointId& id : *some) {
    auto seen = co_await service::read_endpoint(context, exchange, id);
    if (!seen) continue;
    content->endpoints.push_back(std::move(seen->entry));
    if (seen->used) content->templates.push_back(std::move(seen->used));
    for (auto& volume : seen->volumes) content->volumes.push_back(std::move(volume));
  }
  co_return content;
}

awaitable<MakeResponse> query(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                              Caller caller) {
  auto content = std::make_shared<const answer::CatalogContent>();
  if (caller == Caller::account && shows_definitions(prepared))
    content = co_await read_definitions(context, exchange, prepared);
  const auto catalog = std::make_shared<Catalog>(std::move(content));
  if (caller == Caller::account) co_await read_credentials(context, exchange, prepared, *catalog);
  co_await read_activity(context, exchange, prepared, *catalog);
  const std::shared_ptr<const Catalog> source = catalog;
  co_return [&prepared, caller, source] {
    std::vector<RootResult> results;
    for (const RootField& field : prepared.roots) results.push_back(find_root(*source, field, caller));
    return graphql::complete(prepared, results, source);
  };
}

awaitable<MakeResponse> mutations(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                                  AccountId account) {
  auto content = std::make_shared<const answer::CatalogContent>();
  // The user that it returns has all endpoints and templates: those before this request.
  if (std::ranges::find(prepared.roots, user_settings, &RootField::field_name) != prepared.roots.end())
    content = co_await service::read_catalog(context, exchange);
  const auto shown = std::make_shared<Catalog>(std::move(content));
  co_await read_credentials(context, exchange, prepared, *shown);
  std::vector<RootResult> results;
  for (const RootField& field : prepared.roots)
    results.push_back(co_await mutate(context, exchange, *shown, account, field));
  co_await read_activity(context, exchange, prepared, *shown);
  const std::shared_ptr<const Catalog> source = shown;
  co_return [&prepared, results = std::move(results), source] {
    return graphql::complete(prepared, results, source);
  };
}

/// An environment as the store has it.
json::value environment_in(Store& store, const PayloadRef& ref) {
  if (!ref) return json::array();
  const Result<Body> body = service::stored_environment(store, ref);
  if (!body) return nullptr;
  boost::system::error_code error;
  json::value env = json::parse(**body, error);
  return error ? json::value(nullptr) : env;
}

}  // namespace

graphql::Schema management_schema(Context& context) {
  Result<graphql::Schema> schema = graphql::Schema::parse(graphql_schema_text);
  ASSERT(schema.has_value());
  ASSERT(knows_all_queries(*schema));
  resolve_types(
      *schema, [&store = context.store](const PayloadRef& ref) { return environment_in(store, ref); },
      context.settings.prices);
  return std::move(*schema);
}

awaitable<MakeResponse> carry_out(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                                  std::optional<Account> account) {
  if (prepared.operation == graphql::OperationKind::query)
    co_return co_await query(context, exchange, prepared, account ? Caller::account : Caller::nobody);
  ASSERT(account.has_value());
  co_return co_await mutations(context, exchange, prepared, account->id());
}

}  // namespace pilotlight::api
