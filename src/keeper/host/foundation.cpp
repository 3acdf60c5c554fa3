#include "keeper/host/foundation.hpp"

#include <signal.h>
#include <sys/signalfd.h>

#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "keeper/worker/overlay.hpp"

namespace pilotlight::keeper {
namespace {

bool is_ignored(int signal) {
  struct sigaction present {};
  return ::sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

/// How workers of this machine get their folder, as it turns out.
Result<FolderChoice> choose_folder(const KeeperConfig& config, const Foundation& base) {
  const FolderChoice wanted = config.worker_folder;
  if (wanted == FolderChoice::copy || wanted == FolderChoice::link) return wanted;
  const auto works = probe_overlay(base.folder.work(), base.user);
  if (works) {
    log::info("keeper.worker_folders are=overlay");
    return wanted;
  }
  if (wanted == FolderChoice::overlay)
    return refusal(Errc::invalid, "--worker-folder overlay is not possible here: " + works.error().message +
                                      "; choose auto or copy, or allow overlays on this machine");
  log::info("keeper.worker_folders are=copy why=\"{}\"", works.error().message);
  return FolderChoice::copy;
}

}  // namespace

Result<Foundation> lay_foundation(const KeeperConfig& config) {
  Foundation made;
  if (!config.worker_user.empty()) {
    auto user = find_user(config.worker_user);
    if (!user) return user.error();
    made.user = std::move(*user);
  }
  auto folder = prepare_data_folder(config.data, made.user ? std::optional(made.user->gid) : std::nullopt);
  if (!folder) return folder.error();
  made.folder = std::move(*folder);
  auto lock = lock_data_folder(made.folder, config.remains_wait);
  if (!lock) return lock.error();
  made.lock = std::move(*lock);
  auto id = identify_data_folder(made.folder);
  if (!id) return id.error();
  made.folder_id = std::move(*id);
  auto worker_folder = choose_folder(config, made);
  if (!worker_folder) return worker_folder.error();
  made.worker_folder = *worker_folder;
  auto listener = open_listener(config.listen, milliseconds{1'000});
  if (!listener) return listener.error();
  made.listener = std::move(*listener);
  write_helpful_file(made.folder.address(), made.listener.bound.text() + "\n");
  return made;
}

Fd take_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  ::sigaddset(&set, restart_signal);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    if (!is_ignored(signal)) ::sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  return Fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
}

std::optional<rlimit> raise_open_files() {
  rlimit before{};
  if (::getrlimit(RLIMIT_NOFILE, &before) != 0) return std::nullopt;
  rlimit most = before;
  most.rlim_cur = most.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &most);
  return before;
}

std::unique_ptr<CgroupPool> open_cgroups(const KeeperConfig& config, const std::string& folder_id) {
  std::ifstream file("/proc/self/cgroup");
  const std::string own(std::istreambuf_iterator<char>(file), {});
  const auto place = find_cgroup_place(config.cgroup_root, config.cgroups, own);
  auto pool =
      place ? CgroupPool::open(*place, folder_id) : Result<std::unique_ptr<CgroupPool>>(place.error());
  if (pool) log::info("keeper.cgroups place={}", place->folder);
  if (!pool) log::info("keeper.no_cgroups why=\"{}\"", pool.error().message);
  return pool ? std::move(*pool) : nullptr;
}

}  // namespace pilotlight::keeper
