#include "service/definitions/containers.hpp"

#include "domain/definitions/template_fields.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {
namespace {

/// Tries of a save, of which one fails when somebody changes or deletes what it copies before its command.
constexpr int tries_max = 5;

/// The environment that a save of a container brings.
struct Brought {
  std::optional<Environment> variables;  ///< nullopt: the environment stays
  Body copied;                           ///< that of the free-standing template in use; null: there is none
};

Result<Environment> variables_of(Store& store, const PayloadRef& ref) {
  const Result<Body> body = stored_environment(store, ref);
  if (!body) return body.error();
  return environment_from_json(*body);
}

bool is_free_standing(const SeenEndpoint& now) {
  return now.used && now.used->bound_endpoint.empty();
}

bool names_nothing(const ContainerWish& wish) {
  bool any = wish.variables || wish.from;
  for_each_change(template_fields, [&](const auto& field) { any = any || wish.patch.*field.change; });
  return !any;
}

/// Reads what the wish says about the environment. On a files thread. `now`: the endpoint; nullopt: a new
/// one.
Result<Brought> brought_by(Store& store, const ContainerWish& wish, const std::optional<SeenEndpoint>& now) {
  Brought brought{wish.variables, nullptr};
  if (wish.from) {
    auto own = variables_of(store, wish.from->env);
    if (!own) return own.error();
    brought.variables = merged({std::move(*own), wish.variables.value_or(Environment())});
  }
  if (now && brought.variables) {
    const auto current = container_variables(store, *now->entry.endpoint, now->used.get());
    // Stored variables that cannot be read are replaced.
    if (current && equal_but_for_order(*current, *brought.variables)) brought.variables.reset();
  }
  if (now && !brought.variables && is_free_standing(*now)) {
    auto copied = stored_environment(store, now->used->env);
    if (!copied) return copied.error();
    brought.copied = std::move(*copied);
  }
  return brought;
}

/// The settings of `from` where the patch has none.
void fill_in(TemplatePatch& patch, const Template& from) {
  TemplatePatch filled = patch;
  for_each_change(template_fields, [&](const auto& field) {
    if (!(filled.*field.change)) filled.*field.change = field.of(from);
  });
  // These are no settings of the container, or come with the variables.
  filled.name = patch.name;
  filled.is_public = patch.is_public;
  filled.env.reset(), filled.init_timeout.reset();
  patch = std::move(filled);
}

/// The command of a single try. Error: as storable.
Result<Wish<command::SaveEndpoint>> wish_of(command::SaveEndpoint command, const ContainerWish& container,
                                            Brought brought, const std::optional<SeenEndpoint>& now) {
  Wish<command::SaveEndpoint> wish{std::move(command)};
  command::InlineTemplate& with = wish.command.with.emplace();
  with.patch = container.patch;
  if (container.from) fill_in(with.patch, *container.from);
  if (!wish.command.create)
    with.start = container.from ? command::TemplateStart::copy : command::TemplateStart::copy_if_changed;
  if (brought.copied) with.copied_from = now->used->env;
  wish.copied_env = std::move(brought.copied);
  if (!brought.variables) return wish;
  auto env = storable(*brought.variables);
  if (!env) return env.error();
  with.patch.init_timeout = env->init_timeout;
  wish.template_env = std::move(env->json);
  // All of them are in the template from now on.
  wish.env = Body();
  wish.command.patch.init_timeout.emplace();
  return wish;
}

/// A single try. Error: conflict if what it copies is not there any more, and not_found if the endpoint is
/// not.
awaitable<Result<answer::EndpointSaved>> try_to_save(Context& context, Exchange& exchange,
                                                     command::SaveEndpoint command,
                                                     const ContainerWish& container) {
  if (names_nothing(container)) {
    Wish<command::SaveEndpoint> plain{std::move(command)};
    co_return co_await save_endpoint(context, exchange, std::move(plain));
  }
  std::optional<SeenEndpoint> now;
  if (!command.create) {
    now = co_await read_endpoint(context, exchange, command.id);
    if (!now) co_return refusal(Errc::not_found, "Endpoint not found");
  }
  auto read = [&context, &container, &now] { return brought_by(context.store, container, now); };
  Result<Brought> brought = co_await on_files_thread(context, exchange, std::move(read));
  if (!brought && brought.error().code == Errc::not_found)
    co_return refusal(Errc::conflict,
                      "the endpoint's template was changed at the same time; send the request again");
  if (!brought) co_return unreadable(brought.error());
  auto wish = wish_of(std::move(command), container, std::move(*brought), now);
  if (!wish) co_return wish.error();
  co_return co_await save_endpoint(context, exchange, std::move(*wish));
}

}  // namespace

awaitable<Result<answer::EndpointSaved>> save_endpoint(Context& context, Exchange& exchange,
                                                       command::SaveEndpoint command,
                                                       ContainerWish container) {
  for (int tries = 1;; ++tries) {
    command::SaveEndpoint one = command;
    auto saved = co_await try_to_save(context, exchange, std::move(one), container);
    if (saved || saved.error().code != Errc::conflict || tries == tries_max) co_return saved;
    if (!container.from) continue;
    container.from = co_await read_template(context, exchange, container.from->id);
    if (!container.from) co_return refusal(Errc::not_found, "Unable to find template");
  }
}

Result<Environment> container_variables(Store& store, const Endpoint& endpoint, const Template* used) {
  auto of_template = variables_of(store, used == nullptr ? PayloadRef() : used->env);
  if (!of_template) return of_template.error();
  auto of_endpoint = variables_of(store, endpoint.env);
  if (!of_endpoint) return of_endpoint.error();
  return merged({std::move(*of_template), std::move(*of_endpoint)});
}

}  // namespace pilotlight::service
