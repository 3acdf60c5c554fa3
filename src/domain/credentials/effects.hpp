#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "domain/credentials/secret.hpp"

namespace pilotlight::effect {

/// From now on workers are started with this secret, and with no other of its id.
struct PublishSecret {
  static constexpr std::uint8_t wire = 11;
  std::shared_ptr<const Secret> secret;
};

/// From now on workers are started without the secret of this id.
struct WithdrawSecret {
  static constexpr std::uint8_t wire = 12;
  SecretId id;
};

}  // namespace pilotlight::effect

namespace pilotlight {

using CredentialEffects = std::variant<effect::PublishSecret, effect::WithdrawSecret>;

}  // namespace pilotlight
