#include "service/definitions/templates.hpp"

#include <algorithm>

namespace pilotlight::service {
namespace {

bool equal_but_for_order(Environment a, Environment b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

/// The refusal of variables that no process can have; nullopt if it can have them.
std::optional<Error> impossible(const Environment& variables) {
  constexpr char nul = '\0';
  for (const auto& [name, value] : variables) {
    if (name.empty() || name.find('=') != name.npos || name.find(nul) != name.npos)
      return refusal(Errc::invalid, "the name of a variable in env must not be empty or contain = or NUL");
    if (value.find(nul) != value.npos)
      return refusal(Errc::invalid, "the value of a variable in env must not contain NUL");
  }
  return std::nullopt;
}

/// Adds the variables to the wish.
std::optional<Error> add_variables(const Environment& variables, Wish<command::SaveTemplate>& wish) {
  if (auto problem = impossible(variables)) return problem;
  const auto init_timeout = init_timeout_in(variables);
  if (!init_timeout) return init_timeout.error();
  wish.command.patch.init_timeout = *init_timeout;
  wish.env = environment_to_json(variables);
  return std::nullopt;
}

}  // namespace

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
  if (variables)
    if (const auto problem = add_variables(*variables, wish)) co_return *problem;
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
