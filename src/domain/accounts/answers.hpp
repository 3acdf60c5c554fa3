#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "domain/accounts/api_key.hpp"

namespace pilotlight::answer {

/// The first key comes first, the others in order of creation.
struct ApiKeys {
  static constexpr std::uint8_t wire = 23;
  std::vector<std::shared_ptr<const ApiKey>> keys;
};

}  // namespace pilotlight::answer

namespace pilotlight {

using AccountAnswers = std::variant<answer::ApiKeys>;

}  // namespace pilotlight
