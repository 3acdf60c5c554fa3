#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::keeper {

/// The descriptors that a server inherits, and the option that tells it their numbers.
struct InheritedFds {
  int channel = -1;
  int listener = -1;
  int lock = -1;

  std::string text() const;  ///< "3,4,5"
  static std::optional<InheritedFds> parse(std::string_view text);
};
inline constexpr std::string_view inherited_option = "--keeper-link";

}  // namespace pilotlight::keeper
