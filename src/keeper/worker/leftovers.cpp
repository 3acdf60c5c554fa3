#include "keeper/worker/leftovers.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>

#include "base/fd.hpp"

namespace pilotlight::keeper {
namespace {

std::string read_proc(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The value of our marker in a process's environment.
std::optional<std::string> marker_of(pid_t pid) {
  const std::string environment = read_proc(pid, "environ");
  const std::string wanted = std::string(marker_name) + "=";
  for (std::string_view rest = environment; !rest.empty();) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.starts_with(wanted)) return std::string(entry.substr(wanted.size()));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
  }
  return std::nullopt;
}

/// Clock ticks since boot, field 22 of /proc/PID/stat; 0 if the process is gone.
std::uint64_t start_time(pid_t pid) {
  const std::string stat = read_proc(pid, "stat");
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != stat.npos; ++field) at = stat.find(' ', at + 1);
  if (at == stat.npos) return 0;
  return std::strtoull(stat.c_str() + at, nullptr, 10);
}

/// Kills the process only if it is still the one for which `check` is true: the pidfd is taken first, so that
/// a reused number cannot be hit.
bool kill_if(pid_t pid, const std::function<bool()>& check) {
  const Fd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!process || !check()) return false;
  return ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0;
}

void for_each_process(const std::function<void(pid_t)>& use) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), &::closedir);
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    pid_t pid = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (failed == std::errc{} && end == name.data() + name.size()) use(pid);
  }
}

}  // namespace

std::string marker_value(std::string_view folder_id, std::string_view worker) {
  return std::string(folder_id) + ":" + std::string(worker);
}

std::size_t kill_leftovers(std::string_view folder_id) {
  const std::string ours = marker_value(folder_id, "");
  const std::uint64_t now = start_time(::getpid());
  std::size_t killed = 0;
  for_each_process([&](pid_t pid) {
    if (pid == ::getpid()) return;
    killed += kill_if(pid, [&] {
      const auto marker = marker_of(pid);
      return marker && marker->starts_with(ours) && start_time(pid) <= now;
    });
  });
  return killed;
}

std::size_t kill_orphans(std::string_view marker, pid_t main) {
  const std::string self = std::to_string(::getpid());
  std::ifstream children("/proc/self/task/" + self + "/children");
  std::size_t killed = 0;
  for (pid_t pid = 0; children >> pid;)
    if (pid != main) killed += kill_if(pid, [&] { return marker_of(pid) == marker; });
  return killed;
}

}  // namespace pilotlight::keeper
