#include "domain/accounts/api_key.hpp"

#include <algorithm>

namespace pilotlight {

bool ApiKey::names(const EndpointId& endpoint) const {
  return !endpoints || std::find(endpoints->begin(), endpoints->end(), endpoint) != endpoints->end();
}

}  // namespace pilotlight
