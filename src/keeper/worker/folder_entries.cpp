#include "keeper/worker/folder_entries.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <memory>
#include <string_view>

#include "base/fd.hpp"

namespace pilotlight::keeper {
namespace {

EntryKind kind_of_mode(mode_t mode) {
  if (S_ISDIR(mode)) return EntryKind::folder;
  if (S_ISREG(mode)) return EntryKind::file;
  return S_ISLNK(mode) ? EntryKind::link : EntryKind::special;
}

/// Not every file system tells the kind with the name.
EntryKind kind_of(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return kind_of_mode(DTTOIF(entry.d_type));
  struct stat status {};
  if (::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return EntryKind::special;
  return kind_of_mode(status.st_mode);
}

}  // namespace

Result<std::vector<FolderEntry>> entries_of(const std::string& path) {
  std::vector<FolderEntry> entries;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
  if (!folder && errno == ENOENT) return entries;
  if (!folder) {
    const bool forbidden = errno == EACCES;
    Error failed = os_error("cannot read the folder " + path);
    return forbidden ? refusal(Errc::unauthorized, std::move(failed.message)) : failed;
  }
  while (const dirent* entry = ::readdir(folder.get()))
    if (const std::string_view name = entry->d_name; name != "." && name != "..")
      entries.push_back({std::string(name), kind_of(::dirfd(folder.get()), *entry)});
  return entries;
}

bool is_within(const std::string& path, const std::string& folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace pilotlight::keeper
