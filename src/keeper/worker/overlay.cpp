#include "keeper/worker/overlay.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/fd.hpp"
#include "base/remove_tree.hpp"
#include "keeper/worker/folder_entries.hpp"

namespace pilotlight::keeper {
namespace {

/// A file or folder with a mount of its own, to be shown in the overlay.
struct Shown {
  std::string path;  ///< absolute
  Fd mount;
};

Result<void> write_proc(const char* name, const std::string& text) {
  const Fd file{::open(name, O_WRONLY | O_CLOEXEC)};
  if (!file || ::write(file.get(), text.data(), text.size()) < 0)
    return os_error(std::string("cannot write ") + name);
  return {};
}

/// The user and the group stay what they are; others become nobody.
Result<void> map_ourselves(uid_t user, gid_t group) {
  const auto line = [](auto id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
  if (auto denied = write_proc("/proc/self/setgroups", "deny"); !denied) return denied;
  if (auto users = write_proc("/proc/self/uid_map", line(user)); !users) return users;
  return write_proc("/proc/self/gid_map", line(group));
}

/// Mounts made outside are seen inside later on, never the other way round.
Result<void> enter_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (user == 0) {
    if (::unshare(CLONE_NEWNS) != 0) return os_error("cannot make a mount namespace");
  } else {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return os_error("cannot make a user namespace");
    if (auto mapped = map_ourselves(user, group); !mapped) return mapped;
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
    return os_error("cannot make the mounts of a namespace its own");
  return {};
}

/// "\040" and the like, as /proc/self/mountinfo writes spaces.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size()) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

/// The highest places below `folder` where something is mounted.
std::vector<std::string> mounts_below(const std::string& folder) {
  std::vector<std::string> all;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    for (int field = 0; field < 5; ++field) words >> word;
    if (const std::string place = unescaped(word); place != folder && is_within(place, folder))
      all.push_back(place);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> highest;
  for (auto& place : all)
    if (highest.empty() || !is_within(place, highest.back())) highest.push_back(std::move(place));
  return highest;
}

/// As the worker's user, whom a path could lead to where it may not go.
Fd open_as(const std::optional<UserAccount>& user, const std::string& path, int flags) {
  const auto acting = ActingAs::begin(user);
  return acting ? Fd{::open(path.c_str(), flags | O_CLOEXEC)} : Fd{};
}

Result<Shown> show(const std::optional<UserAccount>& user, std::string path, std::uint64_t attributes) {
  const Fd place = open_as(user, path, O_PATH);
  if (!place) return os_error("cannot reach " + path);
  Fd mount{::open_tree(place.get(), "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH)};
  if (!mount) return os_error("cannot bind " + path);
  mount_attr wanted{};
  wanted.attr_set = attributes;
  if (attributes != 0 &&
      ::mount_setattr(mount.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &wanted, sizeof wanted) != 0)
    return os_error("cannot make the mount " + path + " read-only");
  return Shown{std::move(path), std::move(mount)};
}

Result<std::vector<Shown>> shown_in(const FoundFolder& found, const GivenFolder& given) {
  std::vector<Shown> all;
  std::vector<std::string> kept;
  for (const auto& path : given.kept) kept.push_back(found.path + "/" + path);
  auto places = mounts_below(found.path);
  if (::geteuid() != 0 && !places.empty())
    return refusal(Errc::io, "only root can mount an overlay over " + found.path + ", because " +
                                 places.front() + " is mounted in it");
  for (auto& place : places) {
    const auto holds = [&](const std::string& path) { return is_within(place, path); };
    if (is_within(place, given.data) || std::any_of(kept.begin(), kept.end(), holds)) continue;
    for (const auto& path : found.hidden)
      if (is_within(found.path + "/" + path, place))
        return refusal(Errc::io, path + " must be hidden from the worker, but lies in " + place +
                                     ", which is another mount");
    auto shown = show(given.user, std::move(place), MOUNT_ATTR_RDONLY);
    if (!shown) return shown.error();
    all.push_back(std::move(*shown));
  }
  for (auto& path : kept) {
    auto shown = show(given.user, std::move(path), 0);
    if (!shown) return shown.error();
    all.push_back(std::move(*shown));
  }
  return all;
}

/// A folder like another one, which lies under it in the overlay.
Result<void> make_like(const std::string& path, const std::string& model) {
  struct stat status {};
  if (::lstat(model.c_str(), &status) != 0) return os_error("cannot read " + model);
  if (::mkdir(path.c_str(), 0700) != 0)
    return errno == EEXIST ? Result<void>() : os_error("cannot make " + path);
  struct stat made {};
  ::lstat(path.c_str(), &made);
  if ((made.st_uid != status.st_uid || made.st_gid != status.st_gid) &&
      ::chown(path.c_str(), status.st_uid, status.st_gid) != 0)
    return os_error("cannot make " + path);
  const timespec times[] = {status.st_atim, status.st_mtim};
  if (::chmod(path.c_str(), status.st_mode & 07777) != 0 ||
      ::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0)
    return os_error("cannot make " + path);
  return {};
}

/// A device of this number in the upper folder is how an overlay writes down that something was removed.
Result<void> hide(const std::string& upper, const FoundFolder& found, const std::string& path) {
  for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
    const std::string folder = "/" + path.substr(0, end);
    if (auto made = make_like(upper + folder, found.path + folder); !made) return made;
  }
  if (::mknod((upper + "/" + path).c_str(), S_IFCHR, 0) != 0) return os_error("cannot hide " + path);
  return {};
}

/// The folder's own mode, but its owner is the worker, who may write into it as into any working folder.
/// Where it was made ahead and is as it should be, nothing is written.
Result<void> make_upper(const std::string& upper, const FoundFolder& found, const GivenFolder& given) {
  struct stat model {
  }, made{};
  if (::stat(found.path.c_str(), &model) != 0) return os_error("cannot read the folder " + found.path);
  if ((::mkdir(upper.c_str(), 0700) != 0 && errno != EEXIST) || ::lstat(upper.c_str(), &made) != 0)
    return os_error("cannot make " + upper);
  if (given.user && made.st_uid != given.user->uid &&
      ::chown(upper.c_str(), given.user->uid, given.user->gid) != 0)
    return os_error("cannot give " + upper + " to " + given.user->name);
  const mode_t mode = (model.st_mode & 0777) | 0700;
  if ((made.st_mode & 07777) != mode && ::chmod(upper.c_str(), mode) != 0)
    return os_error("cannot make " + upper);
  for (const auto& path : found.hidden)
    if (auto hidden = hide(upper, found, path); !hidden) return hidden;
  return {};
}

/// What the given folder's own mount forbids.
unsigned long flags_of(const Fd& folder) {
  struct statvfs status {};
  if (::fstatvfs(folder.get(), &status) != 0) return 0;
  unsigned long flags = 0;
  if ((status.f_flag & ST_NOSUID) != 0) flags |= MS_NOSUID;
  if ((status.f_flag & ST_NODEV) != 0) flags |= MS_NODEV;
  if ((status.f_flag & ST_NOEXEC) != 0) flags |= MS_NOEXEC;
  return flags;
}

Fd open_folder(const std::string& path) {
  return Fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

/// Paths may hold any character: the kernel reads short names of descriptors instead. Nothing that was
/// written is worth a sync, and without "volatile" the end of each worker would sync the whole disk.
Result<void> mount_over(const std::string& path, const std::optional<UserAccount>& user,
                        const std::string& upper, const std::string& work) {
  const Fd lower_folder = open_as(user, path, O_RDONLY | O_DIRECTORY);
  const Fd upper_folder = open_folder(upper), work_folder = open_folder(work);
  if (!lower_folder || !upper_folder || !work_folder)
    return os_error("cannot open the folders of an overlay");
  const auto name = [](const Fd& folder) { return "/proc/self/fd/" + std::to_string(folder.get()); };
  std::string options = "volatile,index=off,lowerdir=" + name(lower_folder) +
                        ",upperdir=" + name(upper_folder) + ",workdir=" + name(work_folder);
  if (::geteuid() != 0) options += ",userxattr";
  if (::mount("pilotlight", name(lower_folder).c_str(), "overlay", flags_of(lower_folder), options.c_str()) !=
      0)
    return os_error("cannot mount an overlay over " + path);
  return {};
}

/// Whether a file system that was not probed at the start can lie under the data folder's: lists, writes, and
/// opens a small file of it for writing, which copies it.
Result<void> try_other_file_system(const std::string& path) {
  constexpr off_t small = 1024 * 1024;
  auto entries = entries_of(path);
  if (!entries) return entries.error();
  const std::string fresh = path + "/.pilotlight-probe";
  if (!Fd{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)} ||
      ::unlink(fresh.c_str()) != 0)
    return os_error("cannot write in an overlay over " + path);
  for (const auto& entry : *entries) {
    struct stat status {};
    const std::string file = path + "/" + entry.name;
    if (entry.kind != EntryKind::file || ::lstat(file.c_str(), &status) != 0 || status.st_size > small)
      continue;
    if (!Fd{::open(file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC)} && errno != EACCES && errno != EPERM &&
        errno != ETXTBSY)
      return os_error("cannot write the file " + file + " in an overlay");
    break;
  }
  return {};
}

bool on_one_file_system(const std::string& one, const std::string& other) {
  struct stat first {
  }, second{};
  return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev;
}

/// A program that is more than its caller, such as sudo, believes the files that it sees, and these are now
/// the worker's choice. A user namespace forbids as much by itself.
Result<void> forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return os_error("cannot forbid new privileges");
  return {};
}

Result<void> cover(const FoundFolder& found, const GivenFolder& given, const std::string& upper,
                   const std::string& work) {
  const bool known = on_one_file_system(found.path, given.own);
  if (auto entered = enter_namespace(); !entered) return entered;
  if (auto made = make_upper(upper, found, given); !made) return made;
  if (::mkdir(work.c_str(), 0700) != 0 && errno != EEXIST) return os_error("cannot make " + work);
  auto shown = shown_in(found, given);
  if (!shown) return shown.error();
  if (auto mounted = mount_over(found.path, given.user, upper, work); !mounted) return mounted;
  Result<void> good = known ? Result<void>() : try_other_file_system(found.path);
  for (const auto& [path, mount] : *shown)
    if (good && ::move_mount(mount.get(), "", AT_FDCWD, path.c_str(),
                             MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS) != 0)
      good = os_error("cannot bind " + path);
  if (good && given.user) good = forbid_new_privileges();
  if (!good) ::umount2(found.path.c_str(), MNT_DETACH);
  return good;
}

}  // namespace

Result<void> mount_overlay(const FoundFolder& found, const GivenFolder& given) {
  const std::string upper = given.own + "/upper", work = given.own + "/work";
  auto covered = cover(found, given, upper, work);
  if (covered) return {};
  remove_tree(upper);
  remove_tree(work);
  return covered;
}

}  // namespace pilotlight::keeper
