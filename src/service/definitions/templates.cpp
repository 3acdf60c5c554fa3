#include "service/definitions/templates.hpp"

namespace pilotlight::service {
awaitable<Result<std::shared_ptr<const Template>>> save_template(Context& context, Exchange& exchange,
                                                                 command::SaveTemplate command,
                                                                 std::optional<Environment> variables) {
  std::shared_ptr<const Template> now;
  if (variables && !command.create) now = co_await read_template(context, exchange, command.id);
  if (now) {
    auto read = [&context, &now] { return template_variables(context.store, *now); };
    const Environment stored = co_await on_files_thread(context, exchange, std::move(read));
    if (equal_but_for_order(stored, *variables)) variables.reset();
  }
  Wish<command::SaveTemplate> wish{std::move(command)};
  if (variables) {
    auto env = storable(*variables);
    if (!env) co_return env.error();
    wish.command.patch.init_timeout = env->init_timeout;
    wish.env = std::move(env->json);
  }
  auto saved = co_await save_template(context, exchange, std::move(wish));
  co_return saved;
}

awaitable<std::shared_ptr<const Template>> read_free_standing(Context& context, Exchange& exchange,
                                                              TemplateId id) {
  auto found = co_await read_template(context, exchange, id);
  if (found && !found->bound_endpoint.empty()) found = nullptr;
  co_return found;
}

Environment template_variables(Store& store, const Template& value) {
  const Result<Body> stored = stored_environment(store, value.env);
  return stored ? merged({environment_from_json(*stored)}) : Environment();
}

}  // namespace pilotlight::service
