#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/credentials/registry.hpp"
#include "domain/credentials/secret.hpp"
#include "service/context.hpp"

// Secrets for the variables of workers, and credentials for container registries. Values and passwords come
// in as plain texts, are sealed here, and never go out again.
namespace pilotlight::service {

inline constexpr std::size_t sealed_text_max = 64 * 1024;  ///< bytes in a value or a password

using Registry = std::shared_ptr<const RegistryCredential>;
using SecretPtr = std::shared_ptr<const Secret>;

/// A credential as somebody wishes it.
struct RegistryWish {
  std::string name, username, password;
};
/// Makes a credential, whose id is drawn here.
awaitable<Result<Registry>> make_registry(Context& context, Exchange& exchange, AccountId account,
                                          RegistryWish wish);
/// Changes username and password; the wish has no name.
awaitable<Result<Registry>> change_registry(Context& context, Exchange& exchange, RegistryId id,
                                            RegistryWish wish);
/// Refused while a template names the credential.
awaitable<Result<void>> delete_registry(Context& context, Exchange& exchange, RegistryId id);
/// All credentials in order of creation, or only this one, with everything that was answered before.
awaitable<Result<std::vector<Registry>>> read_registries(Context& context, Exchange& exchange,
                                                         std::optional<RegistryId> only = std::nullopt);

/// A secret as somebody wishes it.
struct SecretWish {
  std::string name, description, value;
};
/// Makes a secret, whose id is drawn here. Once it returns, workers are started with it.
awaitable<Result<SecretPtr>> make_secret(Context& context, Exchange& exchange, AccountId account,
                                         SecretWish wish);
/// Workers that run already keep the value of before.
awaitable<Result<SecretPtr>> change_secret_value(Context& context, Exchange& exchange, SecretId id,
                                                 std::string value);
awaitable<Result<SecretPtr>> change_secret_description(Context& context, Exchange& exchange, SecretId id,
                                                       std::string description);
awaitable<Result<void>> delete_secret(Context& context, Exchange& exchange, SecretId id);
/// All secrets in order of creation, with everything that was answered before.
awaitable<Result<std::vector<SecretPtr>>> read_secrets(Context& context, Exchange& exchange);

}  // namespace pilotlight::service
