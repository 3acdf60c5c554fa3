#include "base/mark.hpp"
#include "sim/twins/sim_engine.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

bool SimEngine::dies_at(CrashPoint point, const Effect* effect) {
  if (!crash_plan_.wants(point, effect, commands_)) return false;
  crash(point);
  return true;
}

void SimEngine::crash(CrashPoint point) {
  const bool reboot = happens(world_.dice.engine, world_.faults.reboot);
  world_.note("SERVER DIES {}{}", crash_point_names[static_cast<std::size_t>(point)],
              reboot ? ", and the machine with it" : "");
  ++life_;
  ++crashes_;
  ++timer_token_;
  timer_at_.reset();
  plane_.reset();
  open_ = awake_ = blocked_ = false;
  world_.store.crash();
  for (auto& lane : inbox_) lane.clear();
  pipeline_.clear();
  delayed_since_.reset();
  world_.audit.crashed();
  world_.net.server_lost(reboot);
  world_.runtime.server_lost(reboot);
  milliseconds down = skewed(world_.dice.engine, milliseconds{5}, milliseconds{300'000});
  if (reboot) {
    MARK("sim: reboot");
    down += skewed(world_.dice.engine, milliseconds{5'000}, milliseconds{3'600'000});
  }
  world_.schedule.after(down, [this, reboot] {
    if (reboot) world_.restart_clock();
    world_.net.machine_up();
    boot();
  });
}

void SimEngine::boot() {
  ++starts_;
  world_.store.sweep_files(starts_);
  const milliseconds loading = skewed(world_.dice.engine, milliseconds{1}, milliseconds{500});
  world_.schedule.after(loading, [this, life = life_] {
    if (life == life_) restore();
  });
}

void SimEngine::restore() {
  world_.note("SERVER STARTS, number {}", starts_);
  plane_ = std::make_unique<core::ControlPlane>(world_.plan.limits, world_.dice.engine.next());
  for (const Record& record : world_.store.load()) plane_->restore(record);
  if (dies_at(CrashPoint::boot_loaded)) return;
  auto batch = std::make_unique<Batch>();
  batch->number = ++batches_;
  batch->now = clock();
  world_.audit.batch_begins(*batch);
  plane_->restored(batch->now, batch->outcome);
  world_.audit.restored(*batch, *plane_);
  if (dies_at(CrashPoint::boot_restored)) return;
  push(std::move(batch));
  const milliseconds listing = skewed(world_.dice.engine, milliseconds{0}, milliseconds{200});
  world_.schedule.after(listing, [this, life = life_] {
    if (life == life_) listed();
  });
}

void SimEngine::hear_runtime() {
  RuntimeReports reports;
  reports.started = [this](WorkerId worker) { submit(Lane::worker, command::WorkerStarted{worker}); };
  reports.exited = [this](WorkerId worker, std::int32_t exit_code, std::int32_t signal, std::string detail,
                          std::vector<OutputLine> output) {
    submit(Lane::worker,
           command::WorkerExited{worker, exit_code, signal, std::move(detail), std::move(output)});
  };
  reports.listed = [this](std::vector<WorkerId> running) {
    if (happens(world_.dice.engine, world_.faults.stray))
      running.push_back(WorkerId::generate(14, world_.dice.engine));
    submit(Lane::worker, command::WorkersListed{std::move(running)});
  };
  reports.output = [this](WorkerId worker, Timestamp asked, std::vector<OutputLine> output) {
    submit(Lane::worker, command::WorkerOutput{worker, asked, std::move(output)});
  };
  world_.runtime.subscribe(std::move(reports));
}

void SimEngine::listed() {
  if (dies_at(CrashPoint::boot_listed)) return;
  open_ = true;
  world_.runtime.list();
  world_.runtime.server_up();
  world_.net.doors_open();
}

}  // namespace pilotlight::sim
