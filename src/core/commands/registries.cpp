// Credentials for container registries.
#include <algorithm>
#include <optional>

#include "base/mark.hpp"
#include "core/commands/handlers.hpp"
#include "core/control_characters.hpp"
#include "core/mutant.hpp"
#include "domain/credentials/commands.hpp"

namespace pilotlight::core {
namespace {

constexpr const char* no_such_registry = "Container registry credential not found";

/// The fault of a text of the credential; nullopt if it has none.
std::optional<Error> text_problem(const std::string& text, const char* name) {
  const std::string field = name;
  if (text.empty()) return refusal(Errc::invalid, field + " must not be empty");
  if (text.size() > registry_text_bytes_max)
    return refusal(Errc::invalid,
                   field + " must not have more than " + std::to_string(registry_text_bytes_max) + " bytes");
  if (has_control_characters(text))
    return refusal(Errc::invalid, field + " must not have control characters");
  return std::nullopt;
}

/// The reason why the credential is not saved like this; nullopt if it may be.
std::optional<Error> objection(const RegistryCredential& value, bool create,
                               const NamedThings<RegistryCredential>& registries) {
  if (auto problem = text_problem(value.name, "name")) return problem;
  if (auto problem = text_problem(value.username, "username")) return problem;
  const auto other = registries.named(value.name);
  if (other != nullptr && other->id != value.id)
    return refusal(
        Errc::conflict,
        "a container registry credential of this name already exists; names are unique, choose another");
  if (create && registries.size() >= registries_max)
    return refusal(Errc::busy,
                   "there are " + std::to_string(registries.size()) +
                       " container registry credentials, and no more can be made; delete some that "
                       "no template names");
  return std::nullopt;
}

/// A template that names the credential; null: there is none. A bound one counts until its endpoint is
/// deleted.
const Template* user_of(const RegistryId& id, const Definitions& definitions) {
  const auto& all = definitions.templates();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) {
    return one->container_registry_auth_id == id.view() &&
           (one->bound_endpoint.empty() || definitions.visible_endpoint(one->bound_endpoint) != nullptr);
  });
  return found == all.end() ? nullptr : found->get();
}

}  // namespace

void on(const command::SaveRegistry& c, Call& call, Credentials& credentials) {
  const auto found = credentials.registries.find(c.id);
  if (c.create == (found != nullptr))
    return c.create
               ? call.refuse(c.ticket, Errc::conflict, "this container registry credential exists already")
               : call.refuse(c.ticket, Errc::not_found, no_such_registry);
  RegistryCredential value;
  if (found != nullptr) value = *found;
  value.id = c.id;
  if (c.create) value.created = call.now(), value.account = c.account;
  if (c.patch.name) value.name = *c.patch.name;
  if (c.patch.username) value.username = *c.patch.username;
  if (c.patch.password) value.password = *c.patch.password;
  if (found != nullptr && value == *found) return call.reply(c.ticket, answer::Registries{{found}});
  if (const auto problem = objection(value, c.create, credentials.registries))
    return call.refuse(c.ticket, problem->code, problem->message);
  MARK("core.registry_saved");
  call.save(record::RegistrySaved{value});
  call.reply(c.ticket, answer::Registries{{credentials.registries.put(std::move(value))}});
}

void on(const command::DeleteRegistry& c, Call& call, const Definitions& definitions,
        Credentials& credentials) {
  if (credentials.registries.find(c.id) == nullptr)
    return call.refuse(c.ticket, Errc::not_found, no_such_registry);
  const Template* user = user_of(c.id, definitions);
  if (user != nullptr && !mutant(Mutant::used_registry_deleted))
    return call.refuse(c.ticket, Errc::conflict,
                       user->bound_endpoint.empty()
                           ? "this container registry credential is in use by template " + user->id.text() +
                                 "; change or delete the template first"
                           : "this container registry credential is in use by endpoint " +
                                 user->bound_endpoint.text() + "; change or delete the endpoint first");
  MARK("core.registry_removed");
  credentials.registries.remove(c.id);
  call.save(record::RegistryRemoved{c.id});
  call.reply(c.ticket, answer::Deleted{});
}

void on(const command::ReadRegistries& c, Call& call, const Credentials& credentials) {
  if (!c.only) return call.reply(c.ticket, answer::Registries{credentials.registries.all()});
  auto found = credentials.registries.find(*c.only);
  if (found == nullptr) return call.refuse(c.ticket, Errc::not_found, no_such_registry);
  call.reply(c.ticket, answer::Registries{{std::move(found)}});
}

}  // namespace pilotlight::core
