#pragma once

#include <string>

#include "graphql/limits.hpp"

namespace pilotlight::graphql {

/// LINE:COLUMN, as the tests write places.
inline std::string shown(const Location& place) {
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

}  // namespace pilotlight::graphql
