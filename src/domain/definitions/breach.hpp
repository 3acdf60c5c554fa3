#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight {

/// The values that a field may have: a number itself, a time in milliseconds, a text's length in bytes.
struct Bound {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  bool or_zero = false;  ///< 0 is allowed, too, although it is below `least`
  bool is_length = false;

  constexpr bool open_above() const { return most == std::numeric_limits<std::int64_t>::max(); }
};

/// Where a value lies that is not allowed.
enum class Side : std::uint8_t {
  below,   ///< under its bound
  above,   ///< over its bound
  beside,  ///< within its bound, but at odds with another field
};

/// A field whose value is not allowed.
struct Breach {
  std::string_view field;  ///< its name in the entity's table of fields
  Side side = Side::below;
  Bound bound;  ///< the field's
};

/// All breaches of a value, those of single fields first, in the order of the entity's table.
std::vector<Breach> breaches(const Endpoint& value);
std::vector<Breach> breaches(const Template& value);
std::vector<Breach> breaches(const NetworkVolume& value);

}  // namespace pilotlight
