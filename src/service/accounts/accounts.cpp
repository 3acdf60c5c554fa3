#include "service/accounts/accounts.hpp"

#include "service/ask.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t key_id_length = 12;

}  // namespace

awaitable<Result<MadeKey>> make_key(Context& context, Exchange& exchange, ApiKey wished) {
  std::string text = fresh_api_key();
  wished.id = ApiKeyId::generate(key_id_length, random_bits);
  wished.sha256_hex = sha256_hex(text);
  command::MakeApiKey make{ticket_none, std::move(wished)};
  auto made = co_await write<answer::ApiKeys>(context, exchange, std::move(make));
  if (!made) co_return made.error();
  co_return MadeKey{std::move(made->keys.front()), std::move(text)};
}

awaitable<Result<void>> revoke_key(Context& context, Exchange& exchange, ApiKeyId id) {
  return change<answer::Acknowledged>(context, exchange, command::RevokeApiKey{ticket_none, id});
}

awaitable<Result<std::vector<std::shared_ptr<const ApiKey>>>> read_keys(Context& context, Exchange& exchange,
                                                                        std::optional<ApiKeyId> only) {
  auto read = co_await ask<answer::ApiKeys>(context, exchange, command::ReadApiKeys{ticket_none, only});
  if (!read) co_return read.error();
  co_return std::move(read->keys);
}

awaitable<Result<void>> save_settings(Context& context, Exchange& exchange, AccountSettings settings) {
  return change<answer::Acknowledged>(context, exchange,
                                      command::SaveAccountSettings{ticket_none, std::move(settings)});
}

}  // namespace pilotlight::service
