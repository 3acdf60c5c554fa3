// API keys, and what the account's user sets.
#include "base/mark.hpp"
#include "core/commands/handlers.hpp"
#include "core/control_characters.hpp"
#include "core/mutant.hpp"
#include "core/validation.hpp"
#include "domain/accounts/commands.hpp"

namespace pilotlight::core {
namespace {

std::string no_key(const ApiKeyId& id) {
  return "there is no API key \"" + id.text() + "\"";
}

/// The reason why no key like this is made; nullopt if it may be.
std::optional<Error> objection(const ApiKey& key, const Definitions& definitions, const Accounts& accounts) {
  if (accounts.find(key.id) != nullptr) return refusal(Errc::conflict, "this API key exists already");
  if (key.name.size() > key_name_bytes_max)
    return refusal(Errc::invalid,
                   "name must not have more than " + std::to_string(key_name_bytes_max) + " bytes");
  if (has_control_characters(key.name))
    return refusal(Errc::invalid, "name must not have control characters");
  if (key.endpoints && key.role == KeyRole::all)
    return refusal(Errc::invalid,
                   "a key of the role all opens every endpoint; leave endpoints out, or make a key of the "
                   "role jobs");
  if (key.endpoints && key.endpoints->empty())
    return refusal(Errc::invalid, "endpoints is empty; leave it out for a key of every endpoint");
  if (key.endpoints && key.endpoints->size() > key_endpoints_max)
    return refusal(Errc::invalid, "a key names at most " + std::to_string(key_endpoints_max) +
                                      " endpoints; leave endpoints out for a key of every endpoint");
  if (key.endpoints)
    for (const EndpointId& id : *key.endpoints)
      if (definitions.visible_endpoint(id) == nullptr)
        return refusal(Errc::invalid, "there is no endpoint \"" + id.text() + "\" for the key to name");
  if (accounts.size() >= api_keys_max)
    return refusal(Errc::conflict, "there are " + std::to_string(accounts.size()) +
                                       " API keys, and no more can be made; "
                                       "revoke some that nobody uses");
  return std::nullopt;
}

Timestamp rounded_down(Timestamp time) {
  return time - time.time_since_epoch() % key_use_grain;
}

void save(const ApiKey& key, Call& call) {
  if (key.id == first_key)
    call.save(record::ApiKeySaved{key.sha256_hex, key.account, key.made, key.used});
  else
    call.save(record::KeySaved{key});
}

}  // namespace

void on(const command::SaveApiKey& c, Call& call, Accounts& accounts) {
  const Accounts::Key before = accounts.find(first_key);
  ApiKey key;
  if (before != nullptr && before->sha256_hex == c.sha256_hex) key = *before;
  if (key.made == Timestamp{}) key.made = call.now();
  key.id = first_key;
  key.sha256_hex = c.sha256_hex;
  key.account = c.account;
  save(key, call);
  call.emit(effect::PublishKey{accounts.put(std::move(key))});
  call.reply(c.ticket, answer::Acknowledged{});
}

void on(const command::MakeApiKey& c, Call& call, const Definitions& definitions, Accounts& accounts) {
  if (const auto problem = objection(c.key, definitions, accounts))
    return call.refuse(c.ticket, problem->code, problem->message);
  MARK("core.api_key_made");
  ApiKey key = c.key;
  key.made = call.now();
  key.used = {};
  save(key, call);
  const Accounts::Key made = accounts.put(std::move(key));
  call.emit(effect::PublishKey{made});
  call.reply(c.ticket, answer::ApiKeys{{made}});
}

void on(const command::RevokeApiKey& c, Call& call, Accounts& accounts) {
  if (c.id == first_key)
    return call.refuse(c.ticket, Errc::conflict,
                       "the first key cannot be revoked, only replaced: start the server with another key "
                       "in PILOTLIGHT_API_KEY");
  if (accounts.find(c.id) == nullptr) return call.refuse(c.ticket, Errc::not_found, no_key(c.id));
  MARK("core.api_key_revoked");
  accounts.remove(c.id);
  call.save(record::KeyRemoved{c.id});
  if (!mutant(Mutant::revoked_key_accepted)) call.emit(effect::WithdrawKey{c.id});
  call.reply(c.ticket, answer::Acknowledged{});
}

void on(const command::ReadApiKeys& c, Call& call, const Accounts& accounts) {
  if (!c.only) return call.reply(c.ticket, answer::ApiKeys{accounts.keys()});
  Accounts::Key key = accounts.find(*c.only);
  if (key == nullptr) return call.refuse(c.ticket, Errc::not_found, no_key(*c.only));
  call.reply(c.ticket, answer::ApiKeys{{std::move(key)}});
}

void on(const command::NoteKeyUse& c, Call& call, Accounts& accounts) {
  const Accounts::Key before = accounts.find(c.id);
  if (before == nullptr) return;
  ApiKey key = *before;
  key.used = rounded_down(call.now());
  if (key.used <= before->used && !mutant(Mutant::key_use_saved_again)) return;
  save(key, call);
  accounts.put(std::move(key));
}

void on(const command::SaveAccountSettings& c, Call& call, Accounts& accounts) {
  if (c.settings.public_key.size() > public_key_bytes_max)
    return call.refuse(c.ticket, Errc::invalid,
                       "pubKey must not have more than " + std::to_string(public_key_bytes_max) + " bytes");
  call.save(record::AccountSaved{c.settings});
  accounts.put(c.settings);
  call.reply(c.ticket, answer::Acknowledged{});
}

}  // namespace pilotlight::core
