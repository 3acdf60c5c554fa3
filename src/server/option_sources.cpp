#include "server/option_sources.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "keeper/data_folder.hpp"
#include "server/toml_file.hpp"

namespace pilotlight::server {
namespace {

Result<OptionTexts> read_file(const std::string& path) {
  const auto entries = read_toml(path, "config file");
  if (!entries) return entries.error();
  OptionTexts texts;
  for (const TomlEntry& entry : *entries) {
    if (find_option(entry.name) == nullptr)
      return refusal(Errc::invalid, fmt::format("{}, line {}: there is no option \"{}\"; see: pilotlight "
                                                "serve --help",
                                                path, entry.line, entry.name));
    if (!entry.text)
      return refusal(Errc::invalid, fmt::format("{}, line {}: option \"{}\" must be a text, a whole number, "
                                                "true or false",
                                                path, entry.line, entry.name));
    texts.emplace(entry.name, *entry.text);
  }
  return texts;
}

OptionTexts from_environment(const OptionSources& sources) {
  OptionTexts texts;
  for (const Option& option : options())
    if (auto value = sources.environment(variable_of(option))) texts.emplace(option.name, std::move(*value));
  return texts;
}

/// Empty: none.
std::string config_file(const OptionSources& sources, const OptionTexts& given) {
  if (!sources.config_file.empty()) return sources.config_file;
  const auto data = given.find("data");
  const std::string folder(data != given.end() ? data->second : find_option("data")->standard);
  const std::string path = folder + "/pilotlight.toml";
  std::error_code failed;
  return std::filesystem::exists(path, failed) ? path : std::string();
}

}  // namespace

Result<OptionTexts> collect_options(const OptionSources& sources) {
  OptionTexts texts = sources.flags;
  texts.merge(from_environment(sources));
  const std::string path = config_file(sources, texts);
  if (path.empty()) return texts;
  // The owner of the data folder can put any file there.
  if (sources.config_file.empty())
    if (auto own = keeper::refuse_foreign(std::filesystem::path(path).parent_path()); !own)
      return own.error();
  auto file = read_file(path);
  if (!file) return file.error();
  if (sources.config_file.empty() && file->contains("data"))
    return refusal(Errc::invalid, path + ": option \"data\" cannot be set in the data folder itself");
  texts.merge(std::move(*file));
  return texts;
}

std::vector<std::string> flags_of(const OptionTexts& texts) {
  std::vector<std::string> flags;
  for (const auto& [name, text] : texts) {
    const Option* option = find_option(name);
    const bool needed = option != nullptr && !option->secret && !(text.empty() && option->standard.empty());
    if (needed) flags.push_back("--" + name + "=" + text);
  }
  return flags;
}

}  // namespace pilotlight::server
