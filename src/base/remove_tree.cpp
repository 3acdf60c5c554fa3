#include "base/remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace pilotlight {
namespace {

/// Folders that are open at once. What lies deeper is moved up before it is deleted.
constexpr int depth_max = 100;

constexpr int as_folder = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Through the descriptor's own name: another process may put a link in the place of the folder's name.
std::string own_name(const Fd& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

/// Opens a folder for deletion of its entries; none if it is no folder.
Fd open_to_us(int parent, const char* name) {
  const Fd found{::openat(parent, name, O_PATH | as_folder)};
  struct stat status {};
  if (!found || ::fstat(found.get(), &status) != 0) return Fd{};
  if ((status.st_mode & 0700) != 0700) ::chmod(own_name(found).c_str(), 0700);
  return Fd{::open(own_name(found).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

std::vector<std::string> names_in(const Fd& folder) {
  std::vector<std::string> names;
  ::lseek(folder.get(), 0, SEEK_SET);  // it may have been read before
  DIR* list = ::fdopendir(::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0));
  while (const dirent* entry = list != nullptr ? ::readdir(list) : nullptr)
    if (const std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
  if (list != nullptr) ::closedir(list);
  return names;
}

class Removal {
 public:
  /// `top` is an open folder that is about to be deleted, too.
  Removal(const Fd& top, const std::atomic<bool>& stop) : top_(top), stop_(stop) {}

  /// Whether something was moved into the top folder, which then has to be emptied again.
  bool contents(const Fd& folder, int depth) {
    bool moved = false;
    for (const auto& name : names_in(folder)) {
      if (stop_) return false;
      moved |= entry(folder.get(), name, depth);
    }
    return moved;
  }

 private:
  bool entry(int parent, const std::string& name, int depth) {
    if (::unlinkat(parent, name.c_str(), 0) == 0) return false;
    const Fd folder = open_to_us(parent, name.c_str());
    if (!folder) return false;
    if (depth == depth_max) return move_up(parent, name);
    const bool moved = contents(folder, depth + 1);
    ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
    return moved;
  }
  bool move_up(int parent, const std::string& name) {
    const std::string up = ".moved-up-" + std::to_string(++moved_);
    return ::renameat(parent, name.c_str(), top_.get(), up.c_str()) == 0;
  }

  const Fd& top_;
  const std::atomic<bool>& stop_;
  std::uint64_t moved_ = 0;
};

const std::atomic<bool> never{false};

void remove_contents(const std::string& path, const std::atomic<bool>& stop) {
  const Fd top = open_to_us(AT_FDCWD, path.c_str());
  if (!top) return;
  Removal removal(top, stop);
  while (removal.contents(top, 0)) {
  }
}

}  // namespace

void remove_contents(const std::string& path) {
  remove_contents(path, never);
}

void remove_tree(const std::string& path, const std::atomic<bool>& stop) {
  if (::unlink(path.c_str()) == 0) return;
  remove_contents(path, stop);
  ::rmdir(path.c_str());
}

void remove_tree(const std::string& path) {
  remove_tree(path, never);
}

}  // namespace pilotlight
