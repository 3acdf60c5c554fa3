#include "service/definitions/definitions.hpp"

#include <algorithm>

#include "service/ask.hpp"
#include "service/payloads.hpp"
#include "service/secrets.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t endpoint_id_length = 14;
constexpr std::size_t template_id_length = 10;

/// A new environment on its way to the store.
struct NewEnvironment {
  StoredPayload payload;
  PayloadRef stored = {};  ///< the environment that it is to replace
  bool is_copy = false;    ///< the same variables are stored elsewhere
  bool is_equal = false;   ///< `stored` has the same variables
};

/// The environments that one command brings.
class Environments {
 public:
  /// Draws a row for the environment, and sets the patch's reference. `stored`: what the entity has now.
  template <class Patch>
  void add(Context& context, const std::optional<Body>& env, Patch& patch, const PayloadRef& stored) {
    if (!env) return;
    patch.env.emplace();
    if (!*env || (*env)->empty()) return;
    all_.push_back({.payload = {reference(context.engine.draw_row(), *env), *env}, .stored = stored});
    patch.env = all_.back().payload.ref;
  }

  /// Draws a row for the copy of an environment; a null or empty one has no reference.
  PayloadRef add_copy(Context& context, const Body& env) {
    if (!env || env->empty()) return {};
    all_.push_back({.payload = {reference(context.engine.draw_row(), env), env}, .is_copy = true});
    return all_.back().payload.ref;
  }

  bool any() const { return !all_.empty(); }

  /// Compares each environment with the one that it is to replace. The refusal of one that no process can
  /// have: what is stored already may be sent back, and copied. On a files thread.
  std::optional<Error> judge(Store& store) {
    for (NewEnvironment& one : all_) {
      one.is_equal = one.stored && equals_stored(store, one);
      if (one.is_equal || one.is_copy) continue;
      if (auto problem = impossible(environment_from_json(one.payload.body))) return problem;
    }
    return std::nullopt;
  }

  /// The stored environment, if the one that `patch` brings equals it.
  template <class Patch>
  PayloadRef equal(const Patch& patch) const {
    for (const NewEnvironment& one : all_)
      if (patch.env == one.payload.ref && one.is_equal) return one.stored;
    return {};
  }

  std::vector<StoredPayload> payloads() const {
    std::vector<StoredPayload> found;
    for (const NewEnvironment& one : all_) found.push_back(one.payload);
    return found;
  }
  /// Deletes the files that nothing names after the command.
  void discard_all_but(Context& context, std::vector<PayloadRef> named) const {
    std::vector<PayloadRef> files = files_among(payloads());
    std::erase_if(files, [&named](const PayloadRef& file) {
      return std::find(named.begin(), named.end(), file) != named.end();
    });
    discard_files(context, files);
  }

 private:
  static bool equals_stored(Store& store, const NewEnvironment& one) {
    const Result<Body> stored = store.read(one.stored);
    return stored && (**stored == *one.payload.body ||
                      environment_from_json(*stored) == environment_from_json(one.payload.body));
  }

  std::vector<NewEnvironment> all_;
};

/// Sends a command whose environments are ready; large ones are stored first.
template <class Saved, class Command>
awaitable<Result<Saved>> send(Context& context, Exchange& exchange, Command command,
                              const Environments& brought) {
  std::vector<StoredPayload> payloads = brought.payloads();
  const Result<void> written = co_await write_files(context, exchange, payloads);
  if (!written)
    co_return refusal(written.error().code,
                      "the environment could not be stored: " + written.error().message);
  engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::control, std::move(command),
                                                             std::move(payloads), nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) {
    brought.discard_all_but(context, {});
    co_return refusal(no->code, no->message);
  }
  co_return std::get<Saved>(std::move(reply.answer));
}

}  // namespace

awaitable<Result<std::shared_ptr<const Template>>> save_template(Context& context, Exchange& exchange,
                                                                 Wish<command::SaveTemplate> wish) {
  command::SaveTemplate& command = wish.command;
  if (const auto room = room_for(context, kind_of(command)); !room) co_return room.error();
  std::shared_ptr<const Template> now;
  if (command.create)
    command.id = TemplateId::generate(template_id_length, random_bits);
  else if (wish.env && *wish.env)
    now = co_await read_template(context, exchange, command.id);
  Environments brought;
  brought.add(context, wish.env, command.patch, now ? now->env : PayloadRef());
  if (brought.any()) {
    auto judge = [&] { return brought.judge(context.store); };
    auto problem = co_await on_files_thread(context, exchange, std::move(judge));
    if (problem) co_return std::move(*problem);
    command.env_equals = brought.equal(command.patch);
  }
  const auto saved = co_await send<answer::TemplateSaved>(context, exchange, std::move(command), brought);
  if (!saved) co_return saved.error();
  brought.discard_all_but(context, {saved->saved->env});
  co_return saved->saved;
}

awaitable<Result<answer::EndpointSaved>> save_endpoint(Context& context, Exchange& exchange,
                                                       Wish<command::SaveEndpoint> wish) {
  command::SaveEndpoint& command = wish.command;
  if (const auto room = room_for(context, kind_of(command)); !room) co_return room.error();
  std::optional<SeenEndpoint> now;
  if (command.create)
    command.id = EndpointId::generate(endpoint_id_length, random_bits);
  else if ((wish.env && *wish.env) || (wish.template_env && *wish.template_env))
    now = co_await read_endpoint(context, exchange, command.id);
  Environments brought;
  brought.add(context, wish.env, command.patch, now ? now->entry.endpoint->env : PayloadRef());
  if (command.with) {
    command.with->id = TemplateId::generate(template_id_length, random_bits);
    const bool has_bound = now && now->used && !now->used->bound_endpoint.empty();
    brought.add(context, wish.template_env, command.with->patch, has_bound ? now->used->env : PayloadRef());
    command.with->copied_env = brought.add_copy(context, wish.copied_env);
  }
  if (brought.any()) {
    auto judge = [&] { return brought.judge(context.store); };
    auto problem = co_await on_files_thread(context, exchange, std::move(judge));
    if (problem) co_return std::move(*problem);
    command.env_equals = brought.equal(command.patch);
    if (command.with) command.with->env_equals = brought.equal(command.with->patch);
  }
  auto saved = co_await send<answer::EndpointSaved>(context, exchange, std::move(command), brought);
  if (!saved) co_return saved.error();
  brought.discard_all_but(context, {saved->saved->env, saved->used ? saved->used->env : PayloadRef()});
  co_return saved;
}

awaitable<Result<void>> delete_template(Context& context, Exchange& exchange, std::string name) {
  return change<answer::Deleted>(context, exchange, command::DeleteTemplate{ticket_none, std::move(name)});
}

awaitable<Result<void>> delete_template(Context& context, Exchange& exchange, TemplateId id) {
  return change<answer::Deleted>(context, exchange, command::DeleteTemplate{ticket_none, {}, id});
}

awaitable<Result<void>> delete_endpoint(Context& context, Exchange& exchange, EndpointId id, bool drain) {
  return change<answer::Deleted>(context, exchange, command::DeleteEndpoint{ticket_none, id, drain});
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
                         content.templates.empty() ? nullptr : content.templates.front(), content.volumes};
}

awaitable<std::shared_ptr<const Template>> read_template(Context& context, Exchange& exchange,
                                                         TemplateId id) {
  command::ReadCatalog question{ticket_none, std::nullopt, id};
  const auto catalog = co_await ask<answer::Catalog>(context, exchange, std::move(question));
  if (!catalog || catalog->content->templates.empty()) co_return nullptr;
  co_return catalog->content->templates.front();
}

Result<Body> stored_environment(Store& store, const PayloadRef& ref) {
  return ref ? store.read(ref) : Result<Body>(nullptr);
}

}  // namespace pilotlight::service
