#include "keeper/worker/cgroup.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

namespace pilotlight::keeper {

Cgroup::Cgroup(CgroupKind kind, std::string path, Fd procs, Fd folder)
    : kind_(kind), path_(std::move(path)), procs_(std::move(procs)), folder_(std::move(folder)) {}

Cgroup::~Cgroup() {
  ::rmdir(path_.c_str());
}

Result<std::unique_ptr<Cgroup>> Cgroup::make(CgroupKind kind, const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return os_error("cannot make the cgroup " + path);
  Fd procs{::open((path + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC)};
  if (!procs) return os_error("cannot open the cgroup " + path);
  Fd folder;
  if (kind == CgroupKind::v2) folder = Fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return std::unique_ptr<Cgroup>(new Cgroup(kind, path, std::move(procs), std::move(folder)));
}

bool Cgroup::write(const char* file, std::string_view text) const {
  const Fd out{::open((path_ + "/" + file).c_str(), O_WRONLY | O_CLOEXEC)};
  return out && ::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

void Cgroup::kill_listed() const {
  std::ifstream procs(path_ + "/cgroup.procs");
  for (pid_t pid = 0; procs >> pid;)
    if (pid > 1) ::kill(pid, SIGKILL);
}

void Cgroup::kill() const {
  switch (kind_) {
    case CgroupKind::v2:
      if (write("cgroup.kill", "1"))
        spoilt_ = true;
      else
        kill_listed();  // kernels before 5.14
      return;
    case CgroupKind::v1_freezer:
      // Frozen processes cannot fork away from the list, and die only once thawed.
      write("freezer.state", "FROZEN");
      kill_listed();
      write("freezer.state", "THAWED");
      return;
    case CgroupKind::v1: kill_listed(); return;
  }
}

bool Cgroup::empty() const {
  std::ifstream procs(path_ + "/cgroup.procs");
  pid_t pid = 0;
  return !(procs >> pid);
}

}  // namespace pilotlight::keeper
