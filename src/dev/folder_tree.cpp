#include "dev/folder_tree.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace pilotlight::dev {
namespace {

void read_rules(const std::string& root, const std::string& folder, IgnoreRules& rules) {
  std::ifstream file(root + "/" + joined(folder, ".gitignore"));
  std::stringstream text;
  if (file && text << file.rdbuf()) rules.add(folder, text.str());
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) return names;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

}  // namespace

std::string joined(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

void walk(const std::string& root, const std::string& from, IgnoreRules& rules, const TreeVisitor& visitor) {
  std::vector<std::string> folders{from};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    read_rules(root, folder, rules);
    if (visitor.enter) visitor.enter(folder);
    for (const std::string& name : names_in(joined(root, folder))) {
      const std::string path = joined(folder, name);
      struct stat found {};
      if (::lstat((root + "/" + path).c_str(), &found) != 0) continue;
      const bool is_folder = S_ISDIR(found.st_mode);
      if (rules.ignored(path, is_folder)) continue;
      if (is_folder)
        folders.push_back(path);
      else if (visitor.file)
        visitor.file(path, {found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec, found.st_size,
                            found.st_ino});
    }
  }
}

FileMarks marks_of(const std::string& root, IgnoreRules rules) {
  FileMarks marks;
  walk(root, "", rules,
       {{}, [&marks](const std::string& path, const FileMark& mark) { marks[path] = mark; }});
  return marks;
}

}  // namespace pilotlight::dev
