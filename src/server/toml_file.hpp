#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::server {

/// NAME = VALUE at the top of a TOML file.
struct TomlEntry {
  std::string name;
  std::optional<std::string> text;  ///< as a flag would give it; nullopt for tables, lists and fractions
  unsigned line = 0;
};

/// Reads a file that belongs to this process's user or to root. `kind` is what errors call it, such as
/// "config file"; they name the line.
Result<std::vector<TomlEntry>> read_toml(const std::string& path, std::string_view kind);

}  // namespace pilotlight::server
