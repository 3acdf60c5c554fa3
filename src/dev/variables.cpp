#include "dev/variables.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>

namespace pilotlight::dev {
namespace {

bool is_name(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), allowed);
}

void set(Variables& variables, std::string name, std::string value) {
  std::erase_if(variables, [&name](const auto& known) { return known.first == name; });
  variables.emplace_back(std::move(name), std::move(value));
}

/// `where` is what the error begins with.
Result<void> add(Variables& variables, const std::string& text, const std::string& where) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (!is_name(name))
    return refusal(
        Errc::invalid,
        where + ": \"" + name +
            "\" is not the name of a variable; write NAME=value, with letters, digits and _ in NAME");
  if (equals != text.npos) {
    set(variables, name, text.substr(equals + 1));
  } else if (const char* own = std::getenv(name.c_str())) {
    set(variables, name, own);
  }
  return {};
}

}  // namespace

Result<Variables> read_variables(const std::vector<std::string>& files,
                                 const std::vector<std::string>& texts) {
  Variables variables;
  for (const std::string& path : files) {
    std::ifstream file(path);
    if (!file) return refusal(Errc::not_found, "--env-file " + path + ": cannot be read");
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      if (line.ends_with('\r')) line.pop_back();
      if (number == 1 && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);
      line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
      if (line.empty() || line.front() == '#') continue;
      if (const auto added = add(variables, line, path + ", line " + std::to_string(number)); !added)
        return added.error();
    }
  }
  for (const std::string& text : texts) {
    if (text.find('=') == text.npos) return refusal(Errc::invalid, "--env " + text + ": write NAME=value");
    if (const auto added = add(variables, text, "--env " + text.substr(0, text.find('='))); !added)
      return added.error();
  }
  return variables;
}

std::string value_of(const Variables& variables, const std::string& name) {
  for (const auto& [known, value] : variables)
    if (known == name) return value;
  return {};
}

}  // namespace pilotlight::dev
