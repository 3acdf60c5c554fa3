#include "sim/twins/sim_runtime.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr milliseconds upload_check{200};
constexpr int upload_checks_max = 25;  // 5 s in all

}  // namespace

void SimRuntime::start(WorkerId worker) {
  const auto prepared = prepared_.extract(worker);
  const auto [at, fresh] = processes_.try_emplace(worker, Process{prepared.mapped()});
  if (!fresh) return;
  Random& dice = world_.dice.runtime;
  milliseconds delay = skewed(dice, milliseconds{2}, milliseconds{200});
  if (happens(dice, world_.faults.slow_start)) delay = skewed(dice, milliseconds{100}, milliseconds{600'000});
  const bool fails = happens(dice, world_.faults.failed_start);
  world_.schedule.after(delay, [this, id = worker, fails] {
    const auto process = processes_.find(id);
    if (process == processes_.end() || process->second.stage != Stage::starting) return;
    if (fails) MARK("sim: start fails");
    fails ? end(id, -1, 0) : launched(id);
  });
}

void SimRuntime::launched(const WorkerId& id) {
  Process& process = processes_.at(id);
  process.stage = Stage::running;
  process.worker = world_.workers.add(id, process.endpoint, WorkerOrigin::runtime);
  report_start(id);
}

void SimRuntime::stop(WorkerId worker, milliseconds grace) {
  const auto at = processes_.find(worker);
  if (at == processes_.end() || at->second.stage == Stage::ended) return;
  world_.note("runtime stops {} within {} ms", worker, grace.count());
  if (grace.count() == 0 || at->second.stage == Stage::starting) return kill(worker);
  world_.workers.terminate(at->second.worker);
  world_.schedule.after(grace, [this, worker] { kill(worker); });
}

void SimRuntime::kill(const WorkerId& id) {
  const auto at = processes_.find(id);
  if (at == processes_.end() || at->second.stage == Stage::ended) return;
  MARK("sim: worker killed");
  if (at->second.stage == Stage::running) world_.workers.kill(at->second.worker);
  if (at->second.stage != Stage::ended) end(id, 0, 9);
}

void SimRuntime::ended(const WorkerId& id, std::int32_t exit_code, std::int32_t signal) {
  const auto at = processes_.find(id);
  if (at != processes_.end() && at->second.stage == Stage::running) end(id, exit_code, signal);
}

void SimRuntime::end(const WorkerId& id, std::int32_t exit_code, std::int32_t signal) {
  Process& process = processes_.at(id);
  if (process.stage == Stage::running) process.output = world_.workers.output(process.worker);
  process.stage = Stage::ended;
  process.exit_code = exit_code;
  process.signal = signal;
  world_.note("worker {} ended, exit {} signal {}", id, exit_code, signal);
  report_exit(id);
}

void SimRuntime::report_start(const WorkerId& id) {
  Random& dice = world_.dice.runtime;
  milliseconds delay = between(dice, milliseconds{0}, milliseconds{5});
  if (happens(dice, world_.faults.late_report)) delay = skewed(dice, milliseconds{5}, milliseconds{60'000});
  world_.schedule.after(delay, [this, id] { reports_.started(id); });
  if (happens(dice, world_.faults.repeated_report)) report_start(id);
}

void SimRuntime::report_exit(const WorkerId& id) {
  Random& dice = world_.dice.runtime;
  milliseconds delay = between(dice, milliseconds{0}, milliseconds{5});
  if (happens(dice, world_.faults.late_report)) delay = skewed(dice, milliseconds{5}, milliseconds{5'000});
  world_.schedule.after(delay, [this, id] { send_exit(id, upload_checks_max); });
  if (happens(dice, world_.faults.repeated_report)) report_exit(id);
}

/// An exit waits a while for what the worker had sent before.
void SimRuntime::send_exit(const WorkerId& id, int patience) {
  const auto at = processes_.find(id);
  if (at == processes_.end()) return;
  if (patience > 0 && world_.net.uploading(at->second.worker)) {
    MARK("sim: exit waits for an upload");
    world_.schedule.after(upload_check, [this, id, patience] { send_exit(id, patience - 1); });
    return;
  }
  const Process& process = at->second;
  const std::string detail = process.exit_code == -1 ? "no such command" : "last line of its output";
  reports_.exited(id, process.exit_code, process.signal, detail, process.output);
}

void SimRuntime::read_output(WorkerId worker, Timestamp asked) {
  const auto at = processes_.find(worker);
  const bool runs = at != processes_.end() && at->second.stage == Stage::running;
  std::vector<OutputLine> lines;
  if (runs) lines = world_.workers.output(at->second.worker);
  Random& dice = world_.dice.runtime;
  if (happens(dice, world_.faults.late_report / 3)) {
    MARK("sim: output is never told");
    return;
  }
  milliseconds delay = between(dice, milliseconds{0}, milliseconds{5});
  if (happens(dice, world_.faults.late_report)) delay = skewed(dice, milliseconds{5}, milliseconds{5'000});
  world_.schedule.after(delay, [this, worker, asked, lines] { reports_.output(worker, asked, lines); });
}

void SimRuntime::forget(WorkerId worker) {
  const auto at = processes_.find(worker);
  if (at == processes_.end()) return;
  require(at->second.stage == Stage::ended, "S12", "worker {} is forgotten but runs", worker);
  processes_.erase(at);
}

std::vector<WorkerId> SimRuntime::running() const {
  std::vector<WorkerId> all;
  for (const auto& [id, process] : processes_)
    if (process.stage != Stage::ended) all.push_back(id);
  return all;
}

void SimRuntime::server_up() {
  for (const auto& [id, process] : processes_) {
    if (process.stage == Stage::ended) report_exit(id);
    if (process.stage == Stage::running && world_.dice.runtime.chance(10)) report_start(id);
  }
}

void SimRuntime::server_lost(bool reboot) {
  if (!reboot) return;
  for (const auto& [id, process] : processes_)
    if (process.stage == Stage::running) world_.workers.vanish(process.worker);
  processes_.clear();
}

std::size_t SimRuntime::exits_kept() const {
  return processes_.size() - running().size();
}

}  // namespace pilotlight::sim
