// Secrets for the variables of workers.
#include <cctype>
#include <optional>
#include <string_view>

#include "base/mark.hpp"
#include "core/commands/handlers.hpp"
#include "core/mutant.hpp"
#include "domain/credentials/commands.hpp"

namespace pilotlight::core {
namespace {

constexpr const char* no_such_secret = "Secret not found";
constexpr std::string_view reserved = "runpod";

/// Whether the name begins with the reserved word, in capitals or not.
bool is_reserved(std::string_view name) {
  if (name.size() < reserved.size()) return false;
  for (std::size_t i = 0; i < reserved.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(name[i])) != reserved[i]) return false;
  return true;
}

/// The reason why no secret of this name is made; nullopt if it may be.
std::optional<Error> name_problem(const std::string& name, const NamedThings<Secret>& secrets) {
  if (!is_secret_name(name))
    return refusal(Errc::invalid,
                   "name must have 1 to " + std::to_string(secret_name_bytes_max) +
                       " characters: letters, digits and _ . - /, beginning with a letter or _");
  if (is_reserved(name)) return refusal(Errc::invalid, "name must not begin with RUNPOD, which is reserved");
  if (secrets.named(name) != nullptr && !mutant(Mutant::secret_name_twice))
    return refusal(Errc::conflict, "a secret of this name already exists; names are unique, choose another");
  if (secrets.size() >= secrets_max)
    return refusal(Errc::busy, "there are " + std::to_string(secrets.size()) +
                                   " secrets, and no more can be made; delete some that nobody uses");
  return std::nullopt;
}

/// The reason why the command cannot be carried out; nullopt if it can.
std::optional<Error> objection(const command::SaveSecret& c, const NamedThings<Secret>& secrets) {
  const bool there = secrets.find(c.id) != nullptr;
  if (c.create && there) return refusal(Errc::conflict, "this secret exists already");
  if (!c.create && !there) return refusal(Errc::not_found, no_such_secret);
  if (c.create)
    if (auto problem = name_problem(c.patch.name.value_or(""), secrets)) return problem;
  if (c.patch.description && c.patch.description->size() > secret_description_bytes_max)
    return refusal(Errc::invalid, "description must not have more than " +
                                      std::to_string(secret_description_bytes_max) + " bytes");
  return std::nullopt;
}

}  // namespace

void on(const command::SaveSecret& c, Call& call, Credentials& credentials) {
  if (const auto problem = objection(c, credentials.secrets))
    return call.refuse(c.ticket, problem->code, problem->message);
  const auto found = credentials.secrets.find(c.id);
  Secret value;
  if (found != nullptr) value = *found;
  if (c.create)
    value.id = c.id, value.name = *c.patch.name, value.created = call.now(), value.account = c.account;
  if (c.patch.description) value.description = *c.patch.description;
  if (c.patch.value) value.value = *c.patch.value;
  if (found != nullptr && value == *found) return call.reply(c.ticket, answer::Secrets{{found}});
  MARK("core.secret_saved");
  value.updated = call.now();
  call.save(record::SecretSaved{value});
  const auto saved = credentials.secrets.put(std::move(value));
  call.emit(effect::PublishSecret{saved});
  call.reply(c.ticket, answer::Secrets{{saved}});
}

void on(const command::DeleteSecret& c, Call& call, Credentials& credentials) {
  if (credentials.secrets.find(c.id) == nullptr)
    return call.refuse(c.ticket, Errc::not_found, no_such_secret);
  MARK("core.secret_removed");
  credentials.secrets.remove(c.id);
  call.save(record::SecretRemoved{c.id});
  if (!mutant(Mutant::deleted_secret_used)) call.emit(effect::WithdrawSecret{c.id});
  call.reply(c.ticket, answer::Deleted{});
}

void on(const command::ReadSecrets& c, Call& call, const Credentials& credentials) {
  call.reply(c.ticket, answer::Secrets{credentials.secrets.all()});
}

}  // namespace pilotlight::core
