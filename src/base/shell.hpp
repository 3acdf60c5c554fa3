#pragma once

#include <string>
#include <string_view>

namespace pilotlight {

/// The text in single quotes, as a POSIX shell reads it back unchanged.
inline std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

}  // namespace pilotlight
