#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::keeper {

enum class EntryKind { folder, file, link, special };

struct FolderEntry {
  std::string name;
  EntryKind kind;
};

/// What is in a folder, without "." and ".."; empty if there is no such folder. Refuses with
/// Errc::unauthorized where reading is forbidden.
Result<std::vector<FolderEntry>> entries_of(const std::string& path);

/// Whether `path` is `folder` or lies in it. Both are absolute, without links and dots.
bool is_within(const std::string& path, const std::string& folder);

}  // namespace pilotlight::keeper
