#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/accounts/api_key.hpp"
#include "service/context.hpp"

// API keys, and what the account's user sets.
namespace pilotlight::service {

/// A key that was made just now.
struct MadeKey {
  std::shared_ptr<const ApiKey> key;
  std::string text;  ///< the key itself, which is kept nowhere
};
/// Makes a key as wished, whose id and text are drawn here. Once it returns, the key is accepted.
awaitable<Result<MadeKey>> make_key(Context& context, Exchange& exchange, ApiKey wished);

/// Once it returns, the key is refused.
awaitable<Result<void>> revoke_key(Context& context, Exchange& exchange, ApiKeyId id);

/// All keys, or only this one, with everything that was answered before.
awaitable<Result<std::vector<std::shared_ptr<const ApiKey>>>> read_keys(
    Context& context, Exchange& exchange, std::optional<ApiKeyId> only = std::nullopt);

awaitable<Result<void>> save_settings(Context& context, Exchange& exchange, AccountSettings settings);

}  // namespace pilotlight::service
