#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <thread>

#include "base/time.hpp"
#include "keeper/cgroup.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

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

std::vector<std::string> cgroups_in(const std::string& base) {
  std::vector<std::string> found;
  std::error_code failed;
  for (fs::directory_iterator it(base, failed), end; !failed && it != end; it.increment(failed))
    if (it->is_directory(failed)) found.push_back(it->path().string());
  return found;
}

}  // namespace

Result<std::unique_ptr<CgroupPool>> CgroupPool::open(const CgroupPlace& place, const std::string& folder_id) {
  const std::string base = place.folder + "/pilotlight-" + folder_id;
  if (::mkdir(base.c_str(), 0755) != 0 && errno != EEXIST) return os_error("cannot make the cgroup " + base);
  for (const auto& remains : cgroups_in(base)) kill_remains(place.kind, remains);
  auto pool = std::unique_ptr<CgroupPool>(new CgroupPool(place.kind, base));
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
  if (cgroup && spare_.size() < spare_max && cgroup->empty()) spare_.push_back(std::move(cgroup));
}

void CgroupPool::prepare() {
  if (!spare_.empty()) return;
  if (auto made = make_one()) spare_.push_back(std::move(made));
}

}  // namespace pilotlight::keeper
