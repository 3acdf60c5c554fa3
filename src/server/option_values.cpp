#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "base/assert.hpp"
#include "server/options.hpp"

namespace pilotlight::server {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
/// Largest first, so that a value is shown in the largest unit that divides it.
constexpr Unit duration_units[] = {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr Unit size_units[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};
constexpr Unit no_units[] = {{"", 1}};

std::span<const Unit> units_of(OptionKind kind) {
  switch (kind) {
    case OptionKind::duration: return duration_units;
    case OptionKind::size: return size_units;
    case OptionKind::text:
    case OptionKind::address:
    case OptionKind::toggle:
    case OptionKind::choice:
    case OptionKind::count: break;
  }
  return no_units;
}

std::string show(OptionKind kind, std::int64_t number) {
  for (const Unit& unit : units_of(kind))
    if (number % unit.factor == 0 && (number != 0 || unit.factor == 1))
      return fmt::format("{}{}", number / unit.factor, unit.name);
  UNREACHABLE();
}

/// Split at '|'.
std::vector<std::string_view> words(std::string_view choices) {
  std::vector<std::string_view> all;
  while (!choices.empty()) {
    all.push_back(choices.substr(0, choices.find('|')));
    choices.remove_prefix(std::min(choices.size(), all.back().size() + 1));
  }
  return all;
}

std::string expected(const Option& option) {
  const std::string bounds = bounds_text(option);
  switch (option.kind) {
    case OptionKind::text: return "text";
    case OptionKind::address: return "HOST:PORT, such as 127.0.0.1:8080";
    case OptionKind::toggle: return "on or off";
    case OptionKind::choice: return "one of " + std::string(option.choices);
    case OptionKind::count: return "a whole number from " + bounds;
    case OptionKind::duration: return "a time such as 500ms, 30s, 5m or 1h, from " + bounds;
    case OptionKind::size: return "a size such as 4096, 64KiB, 256MiB or 1GiB, from " + bounds;
  }
  UNREACHABLE();
}

bool read_number(const Option& option, std::string_view text, std::int64_t& number) {
  std::int64_t digits = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), digits);
  if (failed != std::errc{} || digits < 0) return false;
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units_of(option.kind)) {
    if (suffix != unit.name) continue;
    if (digits > std::numeric_limits<std::int64_t>::max() / unit.factor) return false;
    number = digits * unit.factor;
    return number >= option.min && number <= option.max;
  }
  return false;
}

bool read_word(std::string_view text, std::string_view choices, std::int64_t& index) {
  const auto all = words(choices);
  const auto found = std::find(all.begin(), all.end(), text);
  index = found - all.begin();
  return found != all.end();
}

bool read_into(const Option& option, OptionValue& value) {
  switch (option.kind) {
    case OptionKind::text: return value.text.find('\0') == value.text.npos;
    case OptionKind::address: {
      auto address = keeper::parse_host_port(value.text);
      if (address) value.address = std::move(*address);
      return address.has_value();
    }
    case OptionKind::toggle: return read_word(value.text, "off|on", value.number);
    case OptionKind::choice: return read_word(value.text, option.choices, value.number);
    case OptionKind::count:
    case OptionKind::duration:
    case OptionKind::size: return read_number(option, value.text, value.number);
  }
  UNREACHABLE();
}

}  // namespace

Result<OptionValue> read_value(const Option& option, std::string_view text) {
  OptionValue value{std::string(text), 0, {}};
  if (read_into(option, value)) return value;
  return refusal(Errc::invalid, fmt::format("option \"{}\": \"{}\" is not {}", option.name,
                                            option.secret ? "***" : text, expected(option)));
}

std::string bounds_text(const Option& option) {
  if (option.max == 0) return {};
  return show(option.kind, option.min) + " to " + show(option.kind, option.max);
}

std::string value_hint(const Option& option) {
  switch (option.kind) {
    case OptionKind::text: return "TEXT";
    case OptionKind::address: return "HOST:PORT";
    case OptionKind::toggle: return "on|off";
    case OptionKind::choice: return std::string(option.choices);
    case OptionKind::count: return "NUMBER";
    case OptionKind::duration: return "TIME";
    case OptionKind::size: return "SIZE";
  }
  UNREACHABLE();
}

std::string variable_of(const Option& option) {
  std::string name = "PILOTLIGHT_" + std::string(option.name);
  for (char& c : name) {
    if (c == '-') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

std::string options_markdown() {
  std::string page =
      "# Options of `pilotlight serve`\n\n"
      "Every option can be given as a flag, as an environment variable, or in a config file; the first that "
      "names it wins, in this order. The\n"
      "config file is TOML: `--config FILE`, or `pilotlight.toml` in the data folder if there is one; "
      "its keys are the names below\n"
      "(`grace = \"10s\"`, `queue-max = 1000`, `trace = false`). Times are written `500ms`, `30s`, `5m`, "
      "`1h`; sizes `4096`, `64KiB`, `256MiB`,\n"
      "`1GiB`.\n\n"
      "This page is made by `pilotlight options --markdown`.\n\n"
      "| name | value | default | variable | what it does |\n|---|---|---|---|---|\n";
  for (const Option& option : options()) {
    std::string hint = value_hint(option);
    for (std::size_t at = 0; (at = hint.find('|', at)) != hint.npos; at += 4) hint.replace(at, 1, ", ");
    const std::string bounds = bounds_text(option);
    const std::string standard = option.standard.empty() ? "" : fmt::format("`{}`", option.standard);
    const std::string doc =
        std::string(option.doc) +
        (option.secret ? " Not available as a flag, because every user of the machine can see flags." : "");
    page += fmt::format("| `{}` | {}{} | {} | `{}` | {} |\n", option.name, hint,
                        bounds.empty() ? "" : ", " + bounds, standard, variable_of(option), doc);
  }
  return page;
}

}  // namespace pilotlight::server
