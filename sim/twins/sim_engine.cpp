#include "sim/twins/sim_engine.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

/// How late a timer may fire.
constexpr milliseconds timer_late_max{3};

}  // namespace

SimEngine::SimEngine(World& world) : world_(world), crash_plan_(world.plan, world.plan.seed ^ 0xc4a5) {}

Timestamp SimEngine::clock() {
  const Timestamp now = world_.plane_now();
  if (world_.mutant == Mutant::clock_steps_back && world_.dice.engine.chance(1))
    return now - milliseconds{60'000};
  return now;
}

void SimEngine::submit(Lane lane, Command command) {
  if (!open_) return;
  inbox_[static_cast<std::size_t>(lane)].push_back(std::move(command));
  wake_soon();
}

void SimEngine::make_way(milliseconds rest) {
  submit(Lane::control, command::EndWaits{});
  world_.schedule.after(rest, [this, life = life_] {
    if (life == life_) crash(CrashPoint::made_way);
  });
}

void SimEngine::wake_soon() {
  if (awake_ || blocked_) return;
  awake_ = true;
  const milliseconds think = between(world_.dice.engine, milliseconds{0}, milliseconds{1});
  world_.schedule.after(think, [this, life = life_] {
    if (life == life_) pump();
  });
}

void SimEngine::pump() {
  awake_ = false;
  blocked_ = pipeline_.size() >= world_.plan.pipeline_max || stalled();
  if (blocked_ || dies_at(CrashPoint::before_apply)) return;
  auto batch = std::make_unique<Batch>();
  batch->number = ++batches_;
  batch->now = clock();
  world_.audit.batch_begins(*batch);
  if (delayed_since_) apply(*batch, command::AnswersDelayed{*std::exchange(delayed_since_, std::nullopt)});
  if (!apply_inbox(*batch)) return;
  advance(*batch);
  if (dies_at(CrashPoint::before_commit)) return;
  push(std::move(batch));
  if (!up()) return;
  arm_timer();
  if (std::any_of(inbox_.begin(), inbox_.end(), [](const auto& lane) { return !lane.empty(); })) wake_soon();
}

/// False if the server died.
bool SimEngine::apply_inbox(Batch& batch) {
  for (auto& lane : inbox_) {
    for (std::uint32_t i = 0; i < world_.plan.batch_max && !lane.empty(); ++i) {
      const Command command = std::move(lane.front());
      lane.pop_front();
      apply(batch, command);
      if (dies_at(CrashPoint::in_batch)) return false;
    }
  }
  return true;
}

void SimEngine::apply(Batch& batch, const Command& command) {
  ++commands_;
  const std::size_t records = batch.outcome.records.size(), effects = batch.outcome.effects.size();
  world_.audit.asked(command);
  plane_->apply(batch.now, command, batch.outcome);
  world_.audit.applied(batch, &command, records, effects);
}

void SimEngine::advance(Batch& batch) {
  const std::size_t records = batch.outcome.records.size(), effects = batch.outcome.effects.size();
  plane_->advance(batch.now, batch.outcome);
  world_.audit.applied(batch, nullptr, records, effects);
  world_.audit.batch_ends(batch, *plane_);
}

bool SimEngine::stalled() const {
  return !pipeline_.empty() && world_.plane_now() - pipeline_.front()->now > world_.plan.limits.stall_after;
}

void SimEngine::push(std::unique_ptr<Batch> batch) {
  pipeline_.push_back(std::move(batch));
  if (world_.mutant == Mutant::effects_before_commit) {
    const Batch early = *pipeline_.back();
    release(early);
    if (!up()) return;
    pipeline_.back()->outcome.effects.clear();
  }
  if (pipeline_.size() == 1) commit_front();
}

void SimEngine::commit_front() {
  world_.store.commit(*pipeline_.front(), [this](SimStore::Outcome outcome) { committed(outcome); });
  if (!crash_plan_.wants(CrashPoint::in_commit, nullptr, commands_)) return;
  world_.schedule.after(between(world_.dice.engine, milliseconds{0}, milliseconds{2}), [this, life = life_] {
    if (life == life_) crash(CrashPoint::in_commit);
  });
}

void SimEngine::committed(SimStore::Outcome outcome) {
  if (outcome == SimStore::Outcome::broken) return crash(CrashPoint::disk_broken);
  if (outcome == SimStore::Outcome::no_space) {
    const milliseconds pause = between(world_.dice.engine, milliseconds{20}, milliseconds{500});
    world_.schedule.after(pause, [this, life = life_] {
      if (life == life_) commit_front();
    });
    return;
  }
  if (dies_at(CrashPoint::after_commit)) return;
  const std::unique_ptr<Batch> batch = std::move(pipeline_.front());
  pipeline_.pop_front();
  const std::uint64_t life = life_;
  if (world_.plane_now() - batch->now > world_.plan.limits.stall_after && !delayed_since_)
    delayed_since_ = batch->now;
  release(*batch);
  if (life != life_) return;
  world_.audit.all_released();
  if (!pipeline_.empty()) commit_front();
  if (std::exchange(blocked_, false)) wake_soon();
}

void SimEngine::release(const Batch& batch) {
  const std::uint64_t life = life_;
  for (const Effect& effect : batch.outcome.effects) {
    if (dies_at(CrashPoint::in_release, &effect)) return;
    world_.audit.released(effect);
    carry_out(effect);
    if (life != life_) return;
  }
}

void SimEngine::carry_out(const Effect& any) {
  struct Carry {
    World& world;
    void operator()(const effect::Reply& e) { world.net.answer(e); }
    void operator()(const effect::StartWorker& e) {
      WorkerSpec spec;
      spec.worker = e.worker;
      spec.endpoint = e.endpoint;
      world.runtime.prepare(std::move(spec));
      world.runtime.start(e.worker);
    }
    void operator()(const effect::StopWorker& e) { world.runtime.stop(e.worker, e.grace); }
    void operator()(const effect::ForgetWorker& e) { world.runtime.forget(e.worker); }
    void operator()(const effect::ReadOutput& e) { world.runtime.read_output(e.worker, e.asked); }
    void operator()(const effect::SendWebhook& e) { world.receivers.send(e); }
    void operator()(const effect::PublishKey&) {}  // the laws keep the set of the doors
    void operator()(const effect::WithdrawKey&) {}
    void operator()(const effect::PublishSecret&) {}  // and what workers are started with
    void operator()(const effect::WithdrawSecret&) {}
    void operator()(const effect::MakeVolumeFolder& e) { world.folders.make(e.id); }
    void operator()(const effect::RemoveVolumeFolder& e) { world.folders.remove(e.id); }
    void operator()(const effect::Drained&) { world.drained = true; }
  };
  std::visit(Carry{world_}, any);
}

void SimEngine::arm_timer() {
  const auto deadline = plane_->next_deadline();
  if (!deadline) return;
  const Timestamp when = std::max(world_.world_time(*deadline), world_.schedule.now());
  if (timer_at_ && *timer_at_ <= when + timer_late_max) return;
  timer_at_ = when + between(world_.dice.engine, milliseconds{0}, timer_late_max);
  world_.schedule.at(*timer_at_, [this, token = ++timer_token_] {
    if (token != timer_token_) return;
    timer_at_.reset();
    if (awake_ || blocked_) return;
    awake_ = true;
    pump();
  });
}

}  // namespace pilotlight::sim
