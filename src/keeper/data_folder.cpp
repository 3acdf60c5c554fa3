#include "keeper/data_folder.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/first_line.hpp"
#include "base/folder_sync.hpp"
#include "base/log.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

constexpr mode_t open_to_others = 077;

bool looks_like_a_data_folder(const std::string& path) {
  std::error_code failed;
  return fs::exists(path + "/lock", failed) || fs::exists(path + "/pilotlight.toml", failed) ||
         fs::is_empty(path, failed);
}

Result<void> make_folder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return os_error("cannot make the folder " + path);
  return {};
}

/// The owner may be this process's user or root.
Result<void> refuse_owner(const std::string& path, uid_t owner) {
  const uid_t own = ::geteuid();
  if (owner == own || owner == 0) return {};
  return refusal(
      Errc::invalid,
      fmt::format("{0} belongs to user {1}, who could change it at any time, and the server runs as "
                  "user {2}; give it to the server with chown -R {2} {0}, or run the server as user {1}",
                  path, owner, own));
}

/// Everything directly in the folder, which nobody else may write to by now.
Result<void> refuse_foreign_content(const std::string& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (auto own = refuse_foreign(entry.path().string()); !own) return own;
  if (failed) return refusal(Errc::io, "cannot read the folder " + folder + ": " + failed.message());
  return {};
}

Result<void> set_owner_and_mode(const std::string& path, std::optional<gid_t> group) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return os_error("cannot read the folder " + path);
  if (!S_ISDIR(now.st_mode)) return refusal(Errc::invalid, path + " is not a folder; choose another --data");
  const mode_t wanted = group ? 0710 : 0700;
  if ((now.st_mode & 07777) == wanted && (!group || now.st_gid == *group)) return {};
  if ((now.st_mode & open_to_others) != 0 && !looks_like_a_data_folder(path))
    return refusal(Errc::invalid, path +
                                      " is open to other users and is not a data folder of Pilotlight; if it "
                                      "is meant to be one: chmod 700 " +
                                      path);
  if (group && ::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0)
    return os_error("cannot give the folder " + path + " to the workers' group");
  if (::chmod(path.c_str(), wanted) != 0) return os_error("cannot set the mode of the folder " + path);
  return {};
}

Error held_by_another(const DataFolder& folder) {
  const std::string holder = first_line(folder.lock());
  return {Errc::conflict, "the data folder " + folder.path + " is in use by process " +
                              (holder.empty() ? "(unknown)" : holder) +
                              "; stop that server first, or choose another folder with --data"};
}

Result<std::string> random_name() {
  unsigned char bytes[8];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) return os_error("getrandom");
  std::string text;
  for (const unsigned char b : bytes) text += fmt::format("{:02x}", b);
  return text;
}

}  // namespace

Result<void> refuse_foreign(const std::string& path) {
  struct stat status {};
  // Only root makes devices; in a container /dev/null may belong to a user that is not mapped.
  if (::lstat(path.c_str(), &status) != 0 || S_ISCHR(status.st_mode)) return {};
  if (auto own = refuse_owner(path, status.st_uid); !own) return own;
  if (!S_ISLNK(status.st_mode) || ::stat(path.c_str(), &status) != 0) return {};
  return refuse_owner(path, status.st_uid);
}

Result<DataFolder> prepare_data_folder(const std::string& path, std::optional<gid_t> group) {
  std::error_code failed;
  const DataFolder folder{fs::absolute(path, failed).lexically_normal().string()};
  const bool made = fs::create_directories(folder.path, failed);
  if (failed)
    return refusal(Errc::io, "cannot make the data folder " + folder.path + ": " + failed.message());
  if (made && (::chmod(folder.path.c_str(), 0700) != 0 || !sync_folder(fs::path(folder.path).parent_path())))
    return os_error("cannot make the data folder " + folder.path);
  if (auto own = refuse_foreign(folder.path); !own) return own.error();
  if (auto set = set_owner_and_mode(folder.path, group); !set) return set.error();
  if (auto own = refuse_foreign_content(folder.path); !own) return own.error();
  if (auto logs = make_folder(folder.logs(), 0700); !logs) return logs.error();
  if (auto work = make_folder(folder.work(), 0711); !work) return work.error();
  ::chmod(folder.work().c_str(), 0711);
  return folder;
}

Result<Fd> lock_data_folder(const DataFolder& folder, milliseconds wait) {
  Fd file{::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!file) return os_error("cannot open " + folder.lock());
  constexpr milliseconds step{20};
  for (milliseconds waited{0}; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; waited += step) {
    if (errno != EWOULDBLOCK && errno != EINTR) return os_error("cannot lock " + folder.lock());
    if (waited >= wait) return held_by_another(folder);
    if (waited == 10 * step) log::info("keeper.waiting_for_lock folder={}", folder.path);
    std::this_thread::sleep_for(step);
  }
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), text.data(), text.size(), 0) < 0)
    log::warn("keeper.file_not_written why=\"{}\"", os_error("cannot write " + folder.lock()).message);
  return file;
}

Result<std::string> identify_data_folder(const DataFolder& folder) {
  const std::string path = folder.path + "/id";
  std::string name = first_line(path);
  if (name.empty()) {
    auto made = random_name();
    if (!made) return made.error();
    name = *made;
    if (auto written = write_whole_file(path, name + "\n"); !written) return written.error();
  }
  struct stat status {};
  if (::stat(folder.path.c_str(), &status) != 0) return os_error("cannot read the folder " + folder.path);
  const std::string boot = first_line("/proc/sys/kernel/random/boot_id").substr(0, 8);
  return fmt::format("{}-{:x}-{:x}-{}", name, status.st_dev, status.st_ino, boot);
}

Result<void> write_whole_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  Fd file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  const bool written = file &&
                       ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       std::rename(fresh.c_str(), path.c_str()) == 0;
  if (written) return {};
  const Error error = os_error("cannot write " + path);
  ::unlink(fresh.c_str());
  return error;
}

void write_helpful_file(const std::string& path, const std::string& text) {
  const auto written = write_whole_file(path, text);
  if (written) return;
  ::unlink(path.c_str());
  log::warn("keeper.file_not_written why=\"{}\"", written.error().message);
}

}  // namespace pilotlight::keeper
