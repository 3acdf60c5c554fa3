#include "dev/ignore_rules.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace pilotlight::dev {
namespace {

constexpr const char* never_entered[] = {".git",        ".hg",           ".svn",        ".venv",
                                         "venv",        "node_modules",  "__pycache__", ".pilotlight-dev",
                                         ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox"};

/// Editors write beside the file that they save: vim, emacs, nano, Kate, JetBrains.
constexpr const char* of_editors[] = {"*~",    ".*.sw?",     ".#*",           "#*#",          "4913",
                                      "*.pyc", "*.kate-swp", "*___jb_tmp___", "*___jb_old___"};

bool matches(const std::string& pattern, const std::string& text, int flags) {
  return ::fnmatch(pattern.c_str(), text.c_str(), flags) == 0;
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// A pattern with slashes: `**` stands for any number of folders, everything else stays within one.
bool matches_path(std::string_view pattern, std::string_view path) {
  const std::size_t cut = pattern.find('/');
  const std::string first(pattern.substr(0, cut));
  if (first == "**") {
    if (cut == pattern.npos) return !path.empty();
    const std::string_view rest = pattern.substr(cut + 1);
    for (std::size_t from = 0;; ++from) {
      if (matches_path(rest, path.substr(from))) return true;
      from = path.find('/', from);
      if (from == path.npos) return false;
    }
  }
  const std::size_t end = path.find('/');
  if (!matches(first, std::string(path.substr(0, end)), 0)) return false;
  if (cut == pattern.npos) return end == path.npos;
  return end != path.npos && matches_path(pattern.substr(cut + 1), path.substr(end + 1));
}

/// Without the line end and without spaces at its end, unless a backslash keeps the last of them.
std::string_view trimmed(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  return line;
}

}  // namespace

void IgnoreRules::add(std::string_view folder, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    Rule rule;
    if (!folder.empty()) rule.folder = std::string(folder) + "/";
    if (line.front() == '!') rule.again = true, line.remove_prefix(1);
    if (line.ends_with('/')) rule.folders_only = true, line.remove_suffix(1);
    rule.anchored = line.find('/') != line.npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rule.pattern = line;
    rules_.push_back(std::move(rule));
  }
}

bool IgnoreRules::ignored(std::string_view path, bool is_folder) const {
  const std::string name(name_of(path));
  const auto is_name = [&name](const char* known) { return name == known; };
  const auto is_like = [&name](const char* known) { return matches(known, name, 0); };
  if (is_folder && std::any_of(std::begin(never_entered), std::end(never_entered), is_name)) return true;
  if (!is_folder && std::any_of(std::begin(of_editors), std::end(of_editors), is_like)) return true;
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if ((rule->folders_only && !is_folder) || !path.starts_with(rule->folder)) continue;
    const std::string_view inside = path.substr(rule->folder.size());
    if (rule->anchored ? matches_path(rule->pattern, inside) : matches(rule->pattern, name, 0))
      return !rule->again;
  }
  return false;
}

}  // namespace pilotlight::dev
