#include "service/credentials/credentials.hpp"

#include "service/ask.hpp"
#include "service/credentials/sealing.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t credential_id_length = 12;

/// The fault of a plain text, which it does not repeat; nullopt if there is none. `name`: the field's.
std::optional<Error> problem_of(const std::string& text, const char* name) {
  const std::string field = name;
  if (text.empty()) return refusal(Errc::invalid, field + " must not be empty");
  if (text.size() > sealed_text_max)
    return refusal(Errc::invalid,
                   field + " must not have more than " + std::to_string(sealed_text_max) + " bytes");
  if (text.find('\0') != text.npos)
    return refusal(Errc::invalid, field + " must not have a NUL character: no variable can hold one");
  return std::nullopt;
}

/// The text, sealed for a write of this kind; the plain one is wiped. The first one makes the key, which is a
/// file.
awaitable<Result<Sealed>> sealed(Context& context, Exchange& exchange, std::string text, const char* name,
                                 Write kind) {
  if (auto problem = problem_of(text, name)) co_return std::move(*problem);
  if (const auto room = room_for(context, kind); !room) co_return room.error();
  auto seal = [&context, &text] {
    Result<Sealed> done = context.sealing.seal(text);
    wipe(text);
    return done;
  };
  co_return co_await on_files_thread(context, exchange, std::move(seal));
}

awaitable<Result<Registry>> save(Context& context, Exchange& exchange, command::SaveRegistry save) {
  auto saved = co_await write<answer::Registries>(context, exchange, std::move(save));
  if (!saved) co_return saved.error();
  co_return std::move(saved->registries.front());
}

awaitable<Result<SecretPtr>> save(Context& context, Exchange& exchange, command::SaveSecret save) {
  auto saved = co_await write<answer::Secrets>(context, exchange, std::move(save));
  if (!saved) co_return saved.error();
  co_return std::move(saved->secrets.front());
}

}  // namespace

awaitable<Result<Registry>> make_registry(Context& context, Exchange& exchange, AccountId account,
                                          RegistryWish wish) {
  auto password = co_await sealed(context, exchange, std::move(wish.password), "password", Write::adds);
  if (!password) co_return password.error();
  command::SaveRegistry make;
  make.create = true;
  make.id = RegistryId::generate(credential_id_length, random_bits);
  make.account = account;
  make.patch = {std::move(wish.name), std::move(wish.username), std::move(*password)};
  co_return co_await save(context, exchange, std::move(make));
}

awaitable<Result<Registry>> change_registry(Context& context, Exchange& exchange, RegistryId id,
                                            RegistryWish wish) {
  auto password = co_await sealed(context, exchange, std::move(wish.password), "password", Write::changes);
  if (!password) co_return password.error();
  command::SaveRegistry change;
  change.id = id;
  change.patch = {std::nullopt, std::move(wish.username), std::move(*password)};
  co_return co_await save(context, exchange, std::move(change));
}

awaitable<Result<void>> delete_registry(Context& context, Exchange& exchange, RegistryId id) {
  return change<answer::Deleted>(context, exchange, command::DeleteRegistry{ticket_none, id});
}

awaitable<Result<std::vector<Registry>>> read_registries(Context& context, Exchange& exchange,
                                                         std::optional<RegistryId> only) {
  auto read = co_await ask<answer::Registries>(context, exchange, command::ReadRegistries{ticket_none, only});
  if (!read) co_return read.error();
  co_return std::move(read->registries);
}

awaitable<Result<SecretPtr>> make_secret(Context& context, Exchange& exchange, AccountId account,
                                         SecretWish wish) {
  auto value = co_await sealed(context, exchange, std::move(wish.value), "value", Write::adds);
  if (!value) co_return value.error();
  command::SaveSecret make;
  make.create = true;
  make.id = SecretId::generate(credential_id_length, random_bits);
  make.account = account;
  make.patch = {std::move(wish.name), std::move(wish.description), std::move(*value)};
  co_return co_await save(context, exchange, std::move(make));
}

awaitable<Result<SecretPtr>> change_secret_value(Context& context, Exchange& exchange, SecretId id,
                                                 std::string value) {
  auto anew = co_await sealed(context, exchange, std::move(value), "value", Write::changes);
  if (!anew) co_return anew.error();
  command::SaveSecret change;
  change.id = id;
  change.patch.value = std::move(*anew);
  co_return co_await save(context, exchange, std::move(change));
}

awaitable<Result<SecretPtr>> change_secret_description(Context& context, Exchange& exchange, SecretId id,
                                                       std::string description) {
  command::SaveSecret change;
  change.id = id;
  change.patch.description = std::move(description);
  co_return co_await save(context, exchange, std::move(change));
}

awaitable<Result<void>> delete_secret(Context& context, Exchange& exchange, SecretId id) {
  return change<answer::Deleted>(context, exchange, command::DeleteSecret{ticket_none, id});
}

awaitable<Result<std::vector<SecretPtr>>> read_secrets(Context& context, Exchange& exchange) {
  auto read = co_await ask<answer::Secrets>(context, exchange, command::ReadSecrets{});
  if (!read) co_return read.error();
  co_return std::move(read->secrets);
}

}  // namespace pilotlight::service
