#include "keeper/worker/spawn.hpp"

#include "base/assert.hpp"
#include "keeper/worker/new_process.hpp"

namespace pilotlight::keeper {
namespace {

std::string describe(const SpawnFailure& failure, const SpawnPlan& plan) {
  const std::string why = std::string(": ") + std::strerror(failure.number);
  switch (failure.stage) {
    case Stage::descriptors: return "cannot set up its descriptors" + why;
    case Stage::cgroup: return "cannot enter its cgroup" + why;
    case Stage::user: return "cannot become the user \"" + plan.user->name + "\"" + why;
    case Stage::given_folder: return failure.text.data();
    case Stage::folder: return "cannot enter the folder " + plan.folder + why;
    case Stage::parent: return "its keeper ended";
    case Stage::program: return "cannot run \"" + plan.command.front() + "\"" + why;
  }
  UNREACHABLE();
}

}  // namespace

Result<Spawned> spawn(SpawnPlan plan) {
  ASSERT(!plan.command.empty());
  ASSERT(plan.gate < 0 || plan.keep.empty());
  auto report = make_pipe(O_NONBLOCK);
  if (!report) return report.error();
  Spawned spawned;
  spawned.outcome = std::move(report->reading);
  auto process = std::make_shared<NewProcess>(std::move(plan), report->writing.get());
  spawned.pid = process->make();
  if (spawned.pid < 0) return os_error("fork");
  spawned.laid_out = std::move(process);
  return spawned;
}

SpawnOutcome spawn_outcome(Spawned& spawned, std::string& why) {
  SpawnFailure failure{};
  ssize_t got;
  do got = ::read(spawned.outcome.get(), &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  if (got < 0) return SpawnOutcome::pending;
  if (got == sizeof failure) {
    why = describe(failure, spawned.laid_out->plan());
    return SpawnOutcome::failed;
  }
  spawned.laid_out.reset();
  return SpawnOutcome::running;
}

}  // namespace pilotlight::keeper
