#include "dev/dev_folder.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/remove_tree.hpp"

namespace pilotlight::dev {
namespace {

constexpr int removals_max = 100;
constexpr std::chrono::milliseconds between_removals{50};

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

std::string whole_text(int file) {
  char buffer[512];
  const ssize_t got = ::pread(file, buffer, sizeof buffer, 0);
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

/// A folder of ours alone; whoever else may write there could have us run what they like.
Result<Fd> own_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error("cannot make " + path);
  Fd folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!folder) return os_error("cannot use " + path);
  struct stat found {};
  if (::fstat(folder.get(), &found) != 0) return os_error("cannot use " + path);
  if (found.st_uid != ::geteuid())
    return refusal(Errc::conflict, path + " belongs to user " + std::to_string(found.st_uid) + "; remove it");
  if ((found.st_mode & 077) != 0 && ::fchmod(folder.get(), 0700) != 0) return os_error("cannot use " + path);
  return folder;
}

Result<void> write_file(const Fd& folder, const std::string& path, const char* name, std::string_view text) {
  const Fd file{::openat(folder.get(), name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return os_error("cannot write " + path + "/" + name);
  return {};
}

}  // namespace

Result<DevFolder> DevFolder::take(const std::string& handler_folder) {
  const std::string path = handler_folder + "/.pilotlight-dev";
  // The holder before may remove the folder after we opened it and before we lock it: then we take a new one.
  for (;;) {
    auto folder = own_folder(path);
    if (!folder) return folder.error();
    Fd lock{::openat(folder->get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!lock) return os_error("cannot write " + path + "/lock");
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
      return refusal(Errc::conflict, "another pilotlight dev runs here: " + whole_text(lock.get()) +
                                         "; stop it, or name a handler in another folder");
    struct stat locked {
    }, present{};
    const bool same = ::fstat(lock.get(), &locked) == 0 && ::stat((path + "/lock").c_str(), &present) == 0 &&
                      locked.st_ino == present.st_ino && locked.st_dev == present.st_dev;
    if (!same) continue;
    if (const auto wrote = write_file(*folder, path, ".gitignore", "*\n"); !wrote) return wrote.error();
    DevFolder taken(path, std::move(lock));
    if (const auto data = own_folder(taken.data()); !data) return data.error();
    ::unlink((taken.data() + "/dev.env").c_str());
    taken.say("process " + std::to_string(::getpid()));
    return taken;
  }
}

DevFolder::~DevFolder() {
  if (!lock_ || kept_) return;
  remove_tree(path_);  // the lock's file too; it is ours until it is closed
  // A worker that was killed a moment ago may have written meanwhile. With a lock's file it is somebody
  // else's.
  const std::string lock = path_ + "/lock";
  for (int again = 0; again < removals_max && exists(path_) && !exists(lock); ++again) {
    std::this_thread::sleep_for(between_removals);
    remove_tree(path_);
  }
}

Result<void> DevFolder::publish(const std::string& variables) const {
  const auto folder = own_folder(data());
  if (!folder) return folder.error();
  if (const auto wrote = write_file(*folder, data(), "dev.env.new", variables); !wrote) return wrote.error();
  if (::renameat(folder->get(), "dev.env.new", folder->get(), "dev.env") != 0)
    return os_error("cannot write " + data() + "/dev.env");
  return {};
}

void DevFolder::say(const std::string& text) {
  if (::ftruncate(lock_.get(), 0) == 0) [[maybe_unused]]
    const ssize_t wrote = ::pwrite(lock_.get(), text.data(), text.size(), 0);
}

}  // namespace pilotlight::dev
