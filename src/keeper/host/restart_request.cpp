#include "keeper/host/restart_request.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <charconv>
#include <filesystem>
#include <fstream>

#include "base/fd.hpp"
#include "base/first_line.hpp"
#include "keeper/data_folder.hpp"
#include "keeper/host/keeper.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds step{20};

/// The keeper that is asked; its handle cannot come to mean another process.
struct KeeperProcess {
  pid_t pid = 0;
  Fd handle;  ///< a pidfd
};

bool has_open(pid_t pid, const struct stat& file) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", pid), failed)) {
    struct stat open {};
    if (::stat(entry.path().c_str(), &open) == 0 && open.st_dev == file.st_dev && open.st_ino == file.st_ino)
      return true;
  }
  return false;
}

/// A keeper that does not know the signal would be ended by it.
bool awaits_signal(pid_t pid, int signal) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  constexpr std::string_view name = "SigBlk:\t";
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(name)) continue;
    std::uint64_t blocked = 0;
    std::from_chars(line.data() + name.size(), line.data() + line.size(), blocked, 16);
    return (blocked >> (signal - 1) & 1) != 0;
  }
  return false;
}

Result<KeeperProcess> find_keeper(const DataFolder& folder) {
  const Fd lock{::open(folder.lock().c_str(), O_RDONLY | O_CLOEXEC)};
  if (!lock && errno != ENOENT) return os_error("cannot open " + folder.lock());
  if (!lock || ::flock(lock.get(), LOCK_SH | LOCK_NB) == 0)
    return refusal(Errc::not_found, "no server runs on the data folder " + folder.path);
  const std::string text = first_line(folder.lock());
  KeeperProcess found{std::atoi(text.c_str()), {}};
  if (found.pid > 0) found.handle = Fd{static_cast<int>(::syscall(SYS_pidfd_open, found.pid, 0))};
  struct stat file {};
  if (!found.handle || ::fstat(lock.get(), &file) != 0 || !has_open(found.pid, file))
    return refusal(
        Errc::conflict,
        fmt::format(
            "process {}, which the lock file names, does not hold the data folder {}: run the command as the "
            "server's user or as root, and in the server's container if it runs in one",
            text.empty() ? "(unknown)" : text, folder.path));
  if (!awaits_signal(found.pid, restart_signal))
    return refusal(Errc::conflict,
                   fmt::format("the keeper of {} is of an older version and cannot restart its server: stop "
                               "the server and start it again, which ends its workers",
                               folder.path));
  return found;
}

Result<std::string> interpret(std::string_view outcome) {
  constexpr std::string_view changed = "changed ", kept = "kept ";
  if (outcome.starts_with(changed)) return std::string(outcome.substr(changed.size()));
  if (outcome.starts_with(kept)) return refusal(Errc::conflict, std::string(outcome.substr(kept.size())));
  return refusal(Errc::corrupt, "the keeper's answer cannot be read: " + std::string(outcome));
}

}  // namespace

Result<std::string> request_restart(const std::string& data, milliseconds limit) {
  std::error_code failed;
  const DataFolder folder{fs::absolute(data, failed).lexically_normal().string()};
  auto keeper = find_keeper(folder);
  if (!keeper) return keeper.error();
  ::unlink(folder.restart_outcome().c_str());
  if (::syscall(SYS_pidfd_send_signal, keeper->handle.get(), restart_signal, nullptr, 0) != 0)
    return os_error(fmt::format("cannot signal process {}", keeper->pid));
  for (milliseconds waited{0}; waited < limit; waited += step) {
    pollfd ended{keeper->handle.get(), POLLIN, 0};
    const bool gone = ::poll(&ended, 1, static_cast<int>(step.count())) == 1;
    if (const std::string outcome = first_line(folder.restart_outcome()); !outcome.empty())
      return interpret(outcome);
    if (gone) return refusal(Errc::io, fmt::format("the keeper, process {}, ended meanwhile", keeper->pid));
  }
  return refusal(Errc::timed_out, fmt::format("no server was ready within {} s; the server's log may say why",
                                              limit.count() / 1'000));
}

}  // namespace pilotlight::keeper
