#pragma once

#include <cstdint>

namespace pilotlight {

/// Names the account that owns an endpoint, a template or a key. The number is stored; rows of versions
/// without accounts are read as those of the first.
enum class AccountId : std::uint32_t {
  first = 0,  ///< the only one so far
};

}  // namespace pilotlight
