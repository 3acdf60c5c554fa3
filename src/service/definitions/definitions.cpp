#include "service/definitions/definitions.hpp"

#include "service/ask.hpp"
#include "service/payloads.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t endpoint_id_length = 14;
constexpr std::size_t template_id_length = 10;

/// Saves a template or an endpoint; its environment is stored first if it is large. Returns what was saved.
template <class Saved, class Id, class Command>
awaitable<Result<decltype(Saved::saved)>> save(Context& context, Exchange& exchange, Wish<Command> wish,
                                               std::size_t id_length) {
  if (wish.command.create) wish.command.id = Id::generate(id_length, random_bits);
  std::vector<StoredPayload> payloads;
  if (wish.env) wish.command.patch.env.emplace();
  if (wish.env && *wish.env) {
    payloads.push_back({reference(context.engine.draw_row(), *wish.env), *wish.env});
    wish.command.patch.env = payloads.front().ref;
  }
  const Result<void> written = co_await write_files(context, exchange, payloads);
  if (!written)
    co_return refusal(written.error().code,
                      "the environment could not be stored: " + written.error().message);
  const std::vector<PayloadRef> files = files_among(payloads);
  engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::control, std::move(wish.command),
                                                             std::move(payloads), nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) {
    discard_files(context, files);
    co_return refusal(no->code, no->message);
  }
  co_return std::get<Saved>(reply.answer).saved;
}

template <class Command>
awaitable<Result<void>> remove(Context& context, Exchange& exchange, Command wish) {
  const auto deleted = co_await ask<answer::Deleted>(context, exchange, std::move(wish));
  if (!deleted) co_return deleted.error();
  co_return Result<void>();
}

}  // namespace

awaitable<Result<std::shared_ptr<const Template>>> save_template(Context& context, Exchange& exchange,
                                                                 Wish<command::SaveTemplate> wish) {
  return save<answer::TemplateSaved, TemplateId>(context, exchange, std::move(wish), template_id_length);
}

awaitable<Result<std::shared_ptr<const Endpoint>>> save_endpoint(Context& context, Exchange& exchange,
                                                                 Wish<command::SaveEndpoint> wish) {
  return save<answer::EndpointSaved, EndpointId>(context, exchange, std::move(wish), endpoint_id_length);
}

awaitable<Result<void>> delete_template(Context& context, Exchange& exchange, std::string name) {
  return remove(context, exchange, command::DeleteTemplate{ticket_none, std::move(name)});
}

awaitable<Result<void>> delete_endpoint(Context& context, Exchange& exchange, EndpointId id, bool drain) {
  return remove(context, exchange, command::DeleteEndpoint{ticket_none, id, drain});
}

awaitable<std::shared_ptr<const answer::CatalogContent>> read_catalog(Context& context, Exchange& exchange) {
  const auto catalog = co_await ask<answer::Catalog>(context, exchange, command::ReadCatalog{});
  co_return catalog ? catalog->content : std::make_shared<const answer::CatalogContent>();
}

awaitable<std::optional<SeenEndpoint>> read_endpoint(Context& context, Exchange& exchange, EndpointId id) {
  command::ReadCatalog question{ticket_none, id};
  const auto catalog = co_await ask<answer::Catalog>(context, exchange, std::move(question));
  if (!catalog || catalog->content->endpoints.empty()) co_return std::nullopt;
  const answer::CatalogContent& content = *catalog->content;
  co_return SeenEndpoint{content.endpoints.front(),
                         content.templates.empty() ? nullptr : content.templates.front()};
}

Result<Body> stored_environment(Store& store, const PayloadRef& ref) {
  return ref ? store.read(ref) : Result<Body>(nullptr);
}

}  // namespace pilotlight::service
