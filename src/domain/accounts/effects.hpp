#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "domain/accounts/api_key.hpp"

namespace pilotlight::effect {

/// From now on the doors accept this key, and no other of its id.
struct PublishKey {
  static constexpr std::uint8_t wire = 7;
  std::shared_ptr<const ApiKey> key;
};

/// From now on the doors refuse the key of this id.
struct WithdrawKey {
  static constexpr std::uint8_t wire = 8;
  ApiKeyId id;
};

}  // namespace pilotlight::effect

namespace pilotlight {

using AccountEffects = std::variant<effect::PublishKey, effect::WithdrawKey>;

}  // namespace pilotlight
