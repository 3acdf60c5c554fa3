#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "server/config.hpp"

namespace pilotlight::server {

enum class OptionKind : std::uint8_t {
  text,
  address,   ///< HOST:PORT
  toggle,    ///< on or off
  choice,    ///< a word of `choices`
  count,     ///< a whole number
  duration,  ///< a number with ms, s, m or h
  size,      ///< a number of bytes, or with KiB, MiB, GiB
};

/// A value that was read and lies within its option's bounds.
struct OptionValue {
  std::string text;         ///< as it was given
  std::int64_t number = 0;  ///< count; milliseconds; bytes; 1 for on; the index of the choice
  keeper::HostPort address;
};

/// One setting. It is a flag --NAME, a key NAME of the config file, the variable PILOTLIGHT_NAME and a row of
/// the documentation.
struct Option {
  std::string_view name;
  OptionKind kind;
  std::string_view standard;  ///< the default, as a person would write it
  std::string_view doc;
  void (*set)(ServerConfig&, const OptionValue&);
  std::int64_t min = 0;  ///< for counts, durations (ms) and sizes (bytes)
  std::int64_t max = 0;
  std::string_view choices = {};  ///< separated by '|'
  bool secret = false;            ///< never a flag: flags are seen by every user of the machine
};

/// The table of options: every setting of the server, in the order of the documentation.
std::span<const Option> options();
/// Null if there is none.
const Option* find_option(std::string_view name);

std::string variable_of(const Option& option);  ///< PILOTLIGHT_DATA
std::string value_hint(const Option& option);   ///< "HOST:PORT", "on|off", "SIZE"
std::string bounds_text(const Option& option);  ///< "0s to 1h", empty without bounds
/// docs/options.md.
std::string options_markdown();

/// Reads a value and checks its bounds; the refusal says what the option accepts.
Result<OptionValue> read_value(const Option& option, std::string_view text);

/// The value of the option `rate-limits`: OPERATION=COUNT/TIME or OPERATION=COUNT/TIME:CONCURRENT, separated
/// by commas; the word "runpod" for the limits that RunPod documents.
Result<std::vector<api::RateLimit>> parse_rate_limits(std::string_view text);

/// The value of the option `prices`: ID=DOLLARS, separated by commas, by ids of the catalogue; spaces around
/// an id or a number do not count.
Result<catalog::Prices> parse_prices(std::string_view text);

/// The value of every option, from flag, environment, config file or default, as text.
using OptionTexts = std::map<std::string, std::string, std::less<>>;

/// All settings together, and what only makes sense together is checked.
Result<ServerConfig> make_config(const OptionTexts& texts);

}  // namespace pilotlight::server
