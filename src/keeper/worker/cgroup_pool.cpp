#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <thread>

#include "base/time.hpp"
#include "keeper/worker/cgroup.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view folder_prefix = "pilotlight-";
constexpr std::size_t spare_max = 64;
constexpr milliseconds remains_wait{2000};

/// Whether a process of ours may enter (a delegated tree may allow making cgroups but not entering them).
bool can_enter(const Cgroup& cgroup) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::write(cgroup.procs_fd(), "0", 1) == 1 ? 0 : 1);
  int status = 1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && status == 0;
}

void kill_remains(CgroupKind kind, const std::string& path) {
  auto cgroup = Cgroup::make(kind, path);
  constexpr milliseconds step{5};
  for (milliseconds waited{0}; cgroup && !(*cgroup)->empty() && waited < remains_wait; waited += step) {
    (*cgroup)->kill();
    std::this_thread::sleep_for(step);
  }
}

std::vector<std::string> cgroups_in(const std::string& base, std::string_view prefix) {
  std::vector<std::string> found;
  std::error_code failed;
  for (fs::directory_iterator it(base, failed), end; !failed && it != end; it.increment(failed))
    if (it->path().filename().string().starts_with(prefix) && it->is_directory(failed))
      found.push_back(it->path().string());
  return found;
}

/// Whoever uses a folder's cgroups holds this lock for as long as it lives.
Fd lock_cgroup(const std::string& path) {
  Fd folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) folder.reset();
  return folder;
}

/// Removes the cgroups of keepers that were killed and whose folders were never used again. Those in which a
/// process lives cannot be removed and stay.
void remove_abandoned(const std::string& place, const std::string& ours) {
  for (const auto& base : cgroups_in(place, folder_prefix)) {
    if (base == ours) continue;
    const Fd lock = lock_cgroup(base);
    if (!lock) continue;
    for (const auto& cgroup : cgroups_in(base, "")) ::rmdir(cgroup.c_str());
    ::rmdir(base.c_str());
  }
}

}  // namespace

Result<std::unique_ptr<CgroupPool>> CgroupPool::open(const CgroupPlace& place, const std::string& folder_id) {
  const std::string base = place.folder + "/" + std::string(folder_prefix) + folder_id;
  if (::mkdir(base.c_str(), 0755) != 0 && errno != EEXIST) return os_error("cannot make the cgroup " + base);
  auto pool = std::unique_ptr<CgroupPool>(new CgroupPool(place.kind, base, lock_cgroup(base)));
  for (const auto& remains : cgroups_in(base, "")) kill_remains(place.kind, remains);
  remove_abandoned(place.folder, base);
  auto first = pool->make_one();
  if (!first || !can_enter(*first))
    return refusal(Errc::io, "a process cannot enter a cgroup below " + place.folder);
  pool->give_back(std::move(first));
  return pool;
}

CgroupPool::~CgroupPool() {
  spare_.clear();
  ::rmdir(base_.c_str());
}

std::unique_ptr<Cgroup> CgroupPool::make_one() {
  auto made = Cgroup::make(kind_, base_ + "/w" + std::to_string(++made_));
  return made ? std::move(*made) : nullptr;
}

std::unique_ptr<Cgroup> CgroupPool::take() {
  if (spare_.empty()) return make_one();
  auto cgroup = std::move(spare_.back());
  spare_.pop_back();
  return cgroup;
}

void CgroupPool::give_back(std::unique_ptr<Cgroup> cgroup) {
  if (cgroup && spare_.size() < spare_max && cgroup->reusable()) spare_.push_back(std::move(cgroup));
}

void CgroupPool::prepare() {
  if (!spare_.empty()) return;
  if (auto made = make_one()) spare_.push_back(std::move(made));
}

}  // namespace pilotlight::keeper
