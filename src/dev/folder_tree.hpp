#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "dev/ignore_rules.hpp"

namespace pilotlight::dev {

/// FOLDER/NAME, or NAME alone below the empty folder.
std::string joined(std::string_view folder, std::string_view name);

/// Two states of a file differ in one of these.
struct FileMark {
  std::int64_t modified_ns = 0;
  std::int64_t size = 0;
  std::uint64_t inode = 0;

  friend bool operator==(const FileMark&, const FileMark&) = default;
};

/// Walks the folders and files below `root` that `rules` does not ignore, outer ones first; of a folder
/// `enter` is called before what is in it, and of the first with "" for `root` itself. Reads the `.gitignore`
/// of each folder into `rules` on the way. Paths are relative to `root`. Symbolic links are files. What
/// cannot be read, or goes meanwhile, is left out.
struct TreeVisitor {
  std::function<void(const std::string& folder)> enter;
  std::function<void(const std::string& path, const FileMark& mark)> file;
};
void walk(const std::string& root, const std::string& from, IgnoreRules& rules, const TreeVisitor& visitor);

using FileMarks = std::map<std::string, FileMark>;

/// Every file that is watched, with its mark.
FileMarks marks_of(const std::string& root, IgnoreRules rules);

}  // namespace pilotlight::dev
