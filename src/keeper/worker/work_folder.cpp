#include "keeper/worker/work_folder.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/remove_tree.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t entries_removed_inline = 1000;
constexpr std::uint64_t bytes_removed_inline = 16 * 1024 * 1024;

bool is_small(const std::string& path) {
  std::error_code failed;
  std::size_t entries = 0;
  std::uint64_t bytes = 0;
  for (fs::recursive_directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code gone;
    if (it->symlink_status(gone).type() == fs::file_type::regular) bytes += it->file_size(gone);
    if (++entries > entries_removed_inline || bytes > bytes_removed_inline) return false;
  }
  return !failed;
}

void remove_in_child(const std::string& path) {
  const pid_t child = ::fork();
  if (child > 0) return;
  if (child == 0) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  remove_tree(path);
  if (child == 0) ::_exit(0);
}

Result<void> make_ours(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) return os_error("cannot make the working folder " + path);
  return {};
}

}  // namespace

Result<void> WorkFolders::make_one(const std::string& path) const {
  if (auto made = make_ours(path); !made) return made;
  if (user_ && ::chown(path.c_str(), user_->uid, user_->gid) != 0)
    return os_error("cannot give the working folder " + path + " to " + user_->name);
  return {};
}

Result<void> WorkFolders::make_new(const std::string& path, WorkFolderKind kind) const {
  if (kind == WorkFolderKind::empty) return make_one(path);
  if (auto made = make_ours(path); !made) return made;
  if (auto made = make_one(path + "/upper"); !made) return made;
  ::chmod((path + "/upper").c_str(), 0755);  // as most given folders have it
  return make_ours(path + "/work");
}

Result<void> WorkFolders::make(const std::string& path, WorkFolderKind kind) {
  const std::string spare = std::exchange(spare_[static_cast<std::size_t>(kind)], {});
  if (!spare.empty() && std::rename(spare.c_str(), path.c_str()) == 0) return {};
  return make_new(path, kind);
}

void WorkFolders::prepare(WorkFolderKind kind) {
  std::string& spare = spare_[static_cast<std::size_t>(kind)];
  if (!spare.empty()) return;
  std::string path = base_ + "/.spare-" + std::to_string(++made_);
  if (make_new(path, kind)) spare = std::move(path);
}

void remove_work_folder(const std::string& path) {
  if (is_small(path))
    remove_tree(path);
  else
    remove_in_child(path);
}

}  // namespace pilotlight::keeper
