#pragma once

#include <functional>
#include <optional>
#include <string>

#include "server/options.hpp"

namespace pilotlight::server {

/// Where values may come from besides the defaults.
struct OptionSources {
  OptionTexts flags;
  /// The environment; nullopt for a variable that is not set.
  std::function<std::optional<std::string>(const std::string& variable)> environment;
  std::string config_file;  ///< empty: pilotlight.toml in the data folder, if there is one
};

/// The text of every option that somebody gave: flags before variables before the config file. Refuses a
/// config file that cannot be read, with the place, and keys that are no options.
Result<OptionTexts> collect_options(const OptionSources& sources);

/// The flags that say the same as these texts; options that are secret are left out.
std::vector<std::string> flags_of(const OptionTexts& texts);

}  // namespace pilotlight::server
