#include "server/toml_file.hpp"

#define TOML_EXCEPTIONS 0
#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "keeper/data_folder.hpp"

namespace pilotlight::server {
namespace {

std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "on" : "off";
  return std::nullopt;
}

}  // namespace

Result<std::vector<TomlEntry>> read_toml(const std::string& path, std::string_view kind) {
  if (auto own = keeper::refuse_foreign(path); !own) return own.error();
  if (::access(path.c_str(), R_OK) != 0)
    return refusal(Errc::invalid, fmt::format("cannot read the {} {}: {}", kind, path, std::strerror(errno)));
  const toml::parse_result parsed = toml::parse_file(path);
  if (!parsed)
    return refusal(Errc::invalid, fmt::format("{}, line {}: {}", path, parsed.error().source().begin.line,
                                              parsed.error().description()));
  std::vector<TomlEntry> entries;
  for (const auto& [key, node] : parsed.table())
    entries.push_back({std::string(key.str()), text_of(node), node.source().begin.line});
  return entries;
}

}  // namespace pilotlight::server
