#include "sim/actors/sim_worker.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr milliseconds poll_patience{90'000};
constexpr milliseconds refused_pause{5'000};

/// Whether the process runs one job at a time and takes several in one answer all the same.
bool keeps_queue(const auto& worker) {
  return worker.sdk->taking == Taking::batch && worker.concurrency == 1 && !worker.sdk->stands_still;
}

}  // namespace

std::size_t SimWorkers::add(const WorkerId& id, const EndpointId& endpoint, WorkerOrigin origin) {
  Random& dice = world_.dice.workers;
  const std::size_t index = workers_.size();
  Worker& worker = workers_.emplace_back();
  newest_[id] = index;
  worker.id = id;
  worker.endpoint = endpoint;
  worker.origin = origin;
  worker.sdk = &draw_sdk(dice, world_.plan.sdk_mask, world_.plan.next_major);
  if (worker.sdk->says_in_progress && dice.chance(40))
    worker.concurrency = 1 + static_cast<std::uint32_t>(dice.below(6));
  worker.blocks_loop = worker.concurrency > 1 && dice.chance(30);
  worker.skips_pings = happens(dice, world_.faults.skip_ping);
  worker.ignores_stop = happens(dice, world_.faults.ignore_stop);
  worker.obeys_job_stop = dice.chance(60);
  find_left_jobs(worker);
  world_.note("worker {} of {} runs, sdk {} x{}", id, endpoint, worker.sdk->name, worker.concurrency);
  if (happens(dice, world_.faults.never_ready)) {
    MARK("sim: worker never becomes ready");
    return index;
  }
  const milliseconds imports = skewed(dice, milliseconds{20}, milliseconds{5'000});
  world_.schedule.after(imports, [this, index] { become_ready(index); });
  return index;
}

/// Now and then somebody deletes the file.
void SimWorkers::find_left_jobs(Worker& worker) {
  const auto left = left_jobs_.find(worker.endpoint);
  if (left == left_jobs_.end() || !worker.sdk->keeps_jobs) return;
  if (world_.dice.workers.chance(20)) return void(left_jobs_.erase(left));
  MARK("sim: worker takes the jobs of one before it for its own");
  worker.ghosts = left->second;
}

void SimWorkers::leave_jobs(const Worker& worker) {
  if (!worker.sdk->keeps_jobs || worker.held.empty()) return;
  if (!happens(world_.dice.workers, world_.faults.left_jobs)) return;
  auto& left = left_jobs_[worker.endpoint];
  left = worker.ghosts;
  for (const Held& held : worker.held) left.push_back(held.job);
}

void SimWorkers::become_ready(std::size_t index) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  if (world_.cursed(worker.endpoint)) return die(index, 1, 0);
  if (happens(world_.dice.workers, world_.faults.unhealthy)) {
    world_.net.ask({.lane = Lane::worker,
                    .command = command::Heartbeat{worker.id, {}, worker.sdk->in_pings, "no GPU"},
                    .worker = index});
    world_.schedule.after(milliseconds{50}, [this, index] { die(index, 1, 0); });
    return;
  }
  worker.ready = true;
  feed(index);
  ping(index);
  if (worker.sdk->polls_stops) poll_stops(index);
}

bool SimWorkers::blocked(const Worker& worker) const {
  return worker.blocked_until > world_.schedule.now();
}

/// Polls as long as it wants more jobs than it has.
void SimWorkers::feed(std::size_t index) {
  Worker& worker = workers_[index];
  if (!worker.alive || !worker.ready || worker.terminating || worker.resting || worker.unread > 0) return;
  if (blocked(worker)) return rest(index, worker.blocked_until - world_.schedule.now());
  if (worker.held.empty() && happens(world_.dice.workers, world_.faults.loop_dies)) {
    MARK("sim: worker asks for no more jobs");
    worker.deaf = true;
  }
  if (worker.deaf) return;
  const auto full = static_cast<std::uint32_t>(worker.held.size() + worker.ghosts.size());
  if (full >= worker.concurrency) return;
  const std::uint32_t room = worker.concurrency - full;
  switch (worker.sdk->taking) {
    case Taking::single:
      if (worker.open_takes == 0) send_take(index, 1);
      return;
    case Taking::batch:
      if (worker.open_takes == 0) send_take(index, room);
      return;
    case Taking::parallel:
      while (worker.open_takes < room) send_take(index, 1);
      return;
  }
}

void SimWorkers::rest(std::size_t index, milliseconds pause) {
  workers_[index].resting = true;
  world_.schedule.after(pause, [this, index] {
    workers_[index].resting = false;
    feed(index);
  });
}

void SimWorkers::send_take(std::size_t index, std::uint32_t max) {
  Worker& worker = workers_[index];
  ++worker.open_takes;
  command::TakeJobs take;
  take.worker = worker.id;
  take.max = max;
  if (worker.sdk->says_in_progress) take.job_in_progress = !worker.held.empty() || !worker.ghosts.empty();
  take.sdk = worker.sdk->in_takes;
  take.hold = between(world_.dice.workers, milliseconds{18'000}, milliseconds{22'000});
  world_.net.ask({.lane = Lane::worker,
                  .command = take,
                  .heard = [this, index, max](const Answer* answer) { taken(index, answer, max); },
                  .patience = poll_patience,
                  .worker = index});
}

void SimWorkers::taken(std::size_t index, const Answer* answer, std::uint32_t asked) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  if (blocked(worker)) {
    MARK("sim: answer waits for a blocked loop");
    ++worker.unread;
    world_.schedule.at(
        worker.blocked_until,
        [this, index, asked, said = answer != nullptr ? std::optional(*answer) : std::nullopt] {
          --workers_[index].unread;
          taken(index, said ? &*said : nullptr, asked);
        });
    return;
  }
  --worker.open_takes;
  if (answer == nullptr) {
    rest(index, between(world_.dice.workers, milliseconds{5}, milliseconds{200}));
  } else if (const auto* jobs = std::get_if<answer::JobsTaken>(answer)) {
    take_in(index, *jobs, asked);
  } else if (std::holds_alternative<answer::Refused>(*answer)) {
    rest(index, refused_pause);
  } else {
    rest(index, milliseconds{2});
  }
  exit_if_done(index);
}

void SimWorkers::take_in(std::size_t index, const answer::JobsTaken& jobs, std::uint32_t asked) {
  Worker& worker = workers_[index];
  if (worker.sdk->counts_late && worker.held.empty() && !worker.terminating) {
    MARK("sim: poll that does not know of the last take");
    send_take(index, worker.concurrency);
  }
  for (const answer::Delivery& one : jobs.jobs) {
    std::erase(worker.coming, one.id);
    std::erase(worker.ghosts, one.id);  // one entry of its list of jobs stands for both
    if (worker.terminating) {
      MARK("sim: job dropped by a worker that is ending");
      continue;
    }
    worker.held.push_back({one.id});
    worker.stuck = worker.sdk->stands_still && jobs.jobs.size() > asked;
    if (worker.stuck) return;  // it counts the first, and never gets to the others
  }
  if (worker.terminating) return;
  begin_waiting(index);
  rest(index, worker.sdk->pause + milliseconds{1});
}

/// The newer packages run no more at a time than they would ask for; the others begin all at once.
void SimWorkers::begin_waiting(std::size_t index) {
  Worker& worker = workers_[index];
  if (worker.stuck) return;
  auto running = static_cast<std::uint32_t>(
      std::count_if(worker.held.begin(), worker.held.end(), [](const Held& held) { return held.begun; }));
  std::vector<JobId> next;
  for (Held& held : worker.held) {
    if (held.begun || (worker.sdk->taking == Taking::batch && running >= worker.concurrency)) continue;
    held.begun = true;
    ++running;
    next.push_back(held.job);
  }
  for (const JobId& job : next) begin_job(index, job);
}

void SimWorkers::poll_stops(std::size_t index) {
  Worker& worker = workers_[index];
  if (!worker.alive || worker.terminating) return;
  if (blocked(worker)) {
    world_.schedule.at(worker.blocked_until, [this, index] { poll_stops(index); });
    return;
  }
  command::PollStops poll;
  poll.worker = worker.id;
  poll.sdk = worker.sdk->in_takes;
  poll.hold = between(world_.dice.workers, milliseconds{18'000}, milliseconds{22'000});
  ++worker.open_stops;
  world_.net.ask({.lane = Lane::worker,
                  .command = poll,
                  .heard =
                      [this, index](const Answer* answer) {
                        Worker& asker = workers_[index];
                        --asker.open_stops;
                        if (!asker.alive) return;
                        if (answer != nullptr)
                          if (const auto* stops = std::get_if<answer::StopJobs>(answer))
                            stops_heard(index, *stops);
                        exit_if_done(index);
                        world_.schedule.after(milliseconds{1'000}, [this, index] { poll_stops(index); });
                      },
                  .patience = poll_patience,
                  .worker = index});
}

void SimWorkers::stops_heard(std::size_t index, const answer::StopJobs& stops) {
  Worker& worker = workers_[index];
  for (const JobId& job : stops.jobs) {
    Held* held = find(worker, job);
    if (held == nullptr || held->reporting || !held->begun) continue;
    MARK("sim: worker hears of a stop");
    held->discard = true;
    if (worker.obeys_job_stop) let_go(index, job);
  }
}

void SimWorkers::ping(std::size_t index) {
  Worker& worker = workers_[index];
  if (!worker.pings) return;
  if (worker.alive) {
    if (happens(world_.dice.workers, world_.faults.skip_ping))
      MARK("sim: ping tells what was");
    else
      worker.pinged.clear();
    for (const Held& held : worker.held) worker.pinged.push_back(held.job);
    worker.pinged.insert(worker.pinged.end(), worker.ghosts.begin(), worker.ghosts.end());
  } else {
    MARK("sim: ping outlives its worker");
  }
  std::vector<JobId> jobs = worker.pinged;
  ping_ghosts(worker, jobs);
  if (!worker.skips_pings)
    world_.net.ask({.lane = Lane::worker,
                    .command = command::Heartbeat{worker.id, jobs, worker.sdk->in_pings, {}},
                    .patience = 2 * world_.plan.limits.ping_interval,
                    .worker = index});
  if (happens(world_.dice.workers, world_.faults.stranger)) impersonate(index);
  world_.schedule.after(world_.plan.limits.ping_interval, [this, index] { ping(index); });
}

/// Lists somebody else's job, or one that nobody has heard of.
void SimWorkers::ping_ghosts(const Worker& worker, std::vector<JobId>& jobs) {
  Random& dice = world_.dice.workers;
  if (!happens(dice, world_.faults.ghost_ping)) return;
  const auto& known = world_.ledger.jobs();
  if (known.empty() || dice.chance(10)) return jobs.push_back(JobId::make(world_.row(), false, dice.next()));
  const Worker& other = workers_[dice.below(workers_.size())];
  const std::size_t recent = std::min<std::size_t>(known.size(), 30);
  const JobId job = !other.held.empty() && dice.chance(80)
                        ? other.held.back().job
                        : known[known.size() - 1 - dice.below(recent)]->asked.id;
  if (world_.ledger.job(job)->given_to(worker.id)) return;
  MARK("sim: ping lists a job of somebody else");
  jobs.push_back(job);
}

void SimWorkers::coming(std::size_t index, const answer::JobsTaken& taken) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  for (const answer::Delivery& one : taken.jobs) worker.coming.push_back(one.id);
}

bool SimWorkers::queues(const WorkerId& id) const {
  const auto at = newest_.find(id);
  if (at == newest_.end()) return false;
  return keeps_queue(workers_[at->second]);
}

bool SimWorkers::queued_before(const WorkerId& id, const SdkVersion& sdk) const {
  return std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
    return !worker.alive && worker.id == id && worker.sdk->in_takes == sdk && keeps_queue(worker);
  });
}

bool SimWorkers::holds(const WorkerId& id, const JobId& job) const {
  const auto at = newest_.find(id);
  if (at == newest_.end()) return false;
  const Worker& worker = workers_[at->second];
  if (!worker.alive) return false;
  return std::find(worker.coming.begin(), worker.coming.end(), job) != worker.coming.end() ||
         std::any_of(worker.held.begin(), worker.held.end(),
                     [&](const Held& held) { return held.job == job; });
}

SimWorkers::Held* SimWorkers::find(Worker& worker, const JobId& job) {
  const auto at =
      std::find_if(worker.held.begin(), worker.held.end(), [&](const Held& held) { return held.job == job; });
  return at == worker.held.end() ? nullptr : &*at;
}

void SimWorkers::terminate(std::size_t index) {
  Worker& worker = workers_[index];
  if (!worker.alive || worker.ignores_stop) return;
  if (!worker.sdk->ends_gently || !worker.ready) return die(index, 0, 15);
  worker.terminating = true;
  exit_if_done(index);
}

void SimWorkers::exit_if_done(std::size_t index) {
  const Worker& worker = workers_[index];
  if (worker.alive && worker.terminating && worker.held.empty() && worker.open_takes + worker.open_stops == 0)
    die(index, 0, 0);
}

void SimWorkers::die(std::size_t index, std::int32_t exit_code, std::int32_t signal) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  gone(worker, index);
  if (worker.origin == WorkerOrigin::runtime) {
    // A ping process goes with the group, a moment later.
    if (!worker.sdk->ping_process) worker.pings = false;
    world_.schedule.after(skewed(world_.dice.workers, milliseconds{1}, milliseconds{20'000}),
                          [this, index] { workers_[index].pings = false; });
    return world_.runtime.ended(worker.id, exit_code, signal);
  }
  worker.pings = false;
  if (!world_.dice.workers.chance(30)) return;
  MARK("sim: worker started by hand comes again");
  world_.schedule.after(
      skewed(world_.dice.workers, milliseconds{500}, milliseconds{60'000}),
      [this, id = worker.id, endpoint = worker.endpoint] { add(id, endpoint, WorkerOrigin::by_hand); });
}

void SimWorkers::gone(Worker& worker, std::size_t index) {
  leave_jobs(worker);
  worker.alive = false;
  worker.held.clear();
  worker.coming.clear();
  world_.net.worker_died(index);
}

void SimWorkers::kill(std::size_t index) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  gone(worker, index);
  worker.pings = false;
}

void SimWorkers::vanish(std::size_t index) {
  kill(index);
}

std::size_t SimWorkers::alive() const {
  return static_cast<std::size_t>(
      std::count_if(workers_.begin(), workers_.end(), [](const Worker& worker) { return worker.alive; }));
}

/// The owner of a worker started by hand saw that it asks for nothing, and starts it again.
void SimWorkers::revive(std::size_t index) {
  workers_[index].ghosts.clear();
  workers_[index].deaf = false;
  feed(index);
}

void SimWorkers::heal() {
  left_jobs_.clear();
  for (std::size_t index = 0; index < workers_.size(); ++index) {
    Worker& worker = workers_[index];
    if (!worker.alive) continue;
    worker.skips_pings = worker.ignores_stop = false;
    if (worker.origin == WorkerOrigin::by_hand) revive(index);
    for (const Held& held : std::vector<Held>(worker.held))
      if (!held.reporting)
        world_.schedule.after(skewed(world_.dice.workers, milliseconds{10}, milliseconds{10'000}),
                              [this, index, job = held.job] { end_job(index, job); });
  }
}

}  // namespace pilotlight::sim
