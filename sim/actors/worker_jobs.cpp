// What a simulated worker does with a job in hand.
#include <algorithm>

#include "base/mark.hpp"
#include "sim/actors/sim_worker.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

milliseconds SimWorkers::duration(const JobId& job) {
  Random& dice = world_.dice.workers;
  if (!happens(dice, world_.faults.slow_job)) return skewed(dice, milliseconds{1}, milliseconds{20'000});
  const JobEntry* entry = world_.ledger.job(job);
  const milliseconds limit =
      entry->asked.policy.execution_timeout.value_or(world_.plan.limits.execution_timeout);
  MARK("sim: job beyond its execution timeout");
  return limit + skewed(dice, milliseconds{1}, milliseconds{60'000});
}

/// No two lines are the same.
void SimWorkers::write(std::size_t index, std::string line) {
  constexpr std::size_t kept_max = 30;
  Worker& worker = workers_[index];
  line += " (line " + std::to_string(++lines_) + ")";
  world_.audit.explanations().written(worker.id, world_.plane_now(), line);
  worker.output.push_back({world_.plane_now(), std::move(line)});
  if (worker.output.size() > kept_max) worker.output.pop_front();
}

std::vector<OutputLine> SimWorkers::output(std::size_t index) const {
  const auto& lines = workers_[index].output;
  return {lines.begin(), lines.end()};
}

void SimWorkers::begin_job(std::size_t index, const JobId& job) {
  Worker& worker = workers_[index];
  Random& dice = world_.dice.workers;
  write(index, "INFO   | " + job.text() + " | Started.");
  if (happens(dice, world_.faults.hang)) {
    MARK("sim: worker hangs");
    return;
  }
  const milliseconds length = duration(job);
  Timestamp end = world_.schedule.now() + length;
  if (worker.blocks_loop) {
    end = std::max(worker.blocked_until, world_.schedule.now()) + length;
    worker.blocked_until = end;
  }
  world_.schedule.at(end, [this, index, job] { end_job(index, job); });
  if (dice.chance(15)) world_.schedule.after(milliseconds{1}, [this, index, job] { stream(index, job); });
  if (dice.chance(15))
    world_.schedule.after(length * dice.between(1, 120) / 100, [this, index, job] { progress(index, job); });
}

void SimWorkers::progress(std::size_t index, const JobId& job) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  const PayloadRef value = world_.payload(10);
  world_.net.ask({.lane = Lane::worker,
                  .command = command::ReportProgress{ticket_none, worker.id, job, value},
                  .door =
                      [this, value](Answer answer) {
                        const auto* verdict = std::get_if<answer::JobFinished>(&answer);
                        const bool kept = verdict != nullptr && verdict->counted;
                        if (!kept && value.place == PayloadPlace::file) world_.store.discard_file(value);
                        return answer;
                      },
                  .files = world_.files({value}),
                  .worker = index});
}

/// One chunk after the other, each once the one before it was answered, as a generator does.
void SimWorkers::stream(std::size_t index, const JobId& job) {
  Worker& worker = workers_[index];
  const Held* held = worker.alive ? find(worker, job) : nullptr;
  if (held == nullptr || held->reporting || held->discard) return;
  const bool no_space = !world_.store.accepts_jobs() && world_.dice.workers.chance(50);
  const PayloadRef chunk = no_space ? PayloadRef{} : world_.payload(5);
  const auto next = [this, index, job](const Answer*) {
    world_.schedule.after(skewed(world_.dice.workers, milliseconds{1}, milliseconds{4'000}),
                          [this, index, job] { stream(index, job); });
  };
  world_.net.ask({.lane = Lane::worker,
                  .command = command::PostChunk{ticket_none, worker.id, job, chunk, no_space},
                  .heard = next,
                  .door =
                      [this, chunk](Answer answer) {
                        const auto* verdict = std::get_if<answer::JobFinished>(&answer);
                        const bool kept = verdict != nullptr && verdict->counted;
                        if (!kept && chunk.place == PayloadPlace::file) world_.store.discard_file(chunk);
                        return answer;
                      },
                  .files = world_.files({chunk}),
                  .worker = index});
}

void SimWorkers::end_job(std::size_t index, const JobId& job) {
  Worker& worker = workers_[index];
  Held* held = worker.alive ? find(worker, job) : nullptr;
  if (held == nullptr || held->reporting) return;
  Random& dice = world_.dice.workers;
  if (happens(dice, world_.faults.crash)) {
    MARK("sim: worker crashes");
    return die(index, 1, dice.chance(50) ? 11 : 0);
  }
  if (held->discard) return let_go(index, job);
  if (happens(dice, world_.faults.drop_result)) {
    MARK("sim: worker drops a result");
    if (dice.chance(70))
      write(index, "ERROR  | " + job.text() + " | Error while returning job result. | Object of type set");
    return let_go(index, job);
  }
  held->reporting = true;
  report(index, job, 0, happens(dice, world_.faults.stop_pod));
}

void SimWorkers::report(std::size_t index, const JobId& job, std::size_t attempt, bool stop_pod) {
  if (!workers_[index].alive) return;
  if (happens(world_.dice.workers, world_.faults.refused_5xx)) {
    MARK("sim: result answered with 503");
    const Answer refused = answer::Refused{Errc::unavailable, "bad gateway"};
    const bool reaches = world_.dice.workers.chance(50);
    if (reaches) post_result(index, job, stop_pod, nullptr);
    return reported(index, job, attempt, stop_pod, &refused);
  }
  post_result(index, job, stop_pod, [this, index, job, attempt, stop_pod](const Answer* answer) {
    reported(index, job, attempt, stop_pod, answer);
  });
}

void SimWorkers::post_result(std::size_t index, const JobId& job, bool stop_pod,
                             std::function<void(const Answer*)> heard) {
  const Worker& worker = workers_[index];
  const PayloadRef result = world_.payload(world_.plan.large_percent);
  const bool large = result.place == PayloadPlace::file;
  command::FinishJob finish{ticket_none, worker.id, job, world_.dice.workers.chance(15), result, stop_pod};
  if (finish.failed) finish.error = "error of payload " + std::to_string(result.number);
  const auto door = [this, result, large](Answer answer) {
    const auto* verdict = std::get_if<answer::JobFinished>(&answer);
    if (large && (verdict == nullptr || !verdict->counted)) world_.store.discard_file(result);
    return answer;
  };
  world_.net.ask(
      {.lane = Lane::worker,
       .command = finish,
       .heard = std::move(heard),
       .door = door,
       .upload = large ? skewed(world_.dice.workers, milliseconds{1}, milliseconds{3'000}) : milliseconds{0},
       .files = world_.files({result}),
       .patience = milliseconds{300'000},
       .worker = index});
}

void SimWorkers::reported(std::size_t index, const JobId& job, std::size_t attempt, bool stop_pod,
                          const Answer* answer) {
  Worker& worker = workers_[index];
  if (!worker.alive) return;
  Random& dice = world_.dice.workers;
  const bool refused = answer != nullptr && std::holds_alternative<answer::Refused>(*answer);
  const bool again = refused || (answer == nullptr && worker.sdk->retries_cuts);
  if (again && attempt < worker.sdk->retries.size()) {
    world_.schedule.after(worker.sdk->retries[attempt], [this, index, job, attempt, stop_pod] {
      report(index, job, attempt + 1, stop_pod);
    });
    return;
  }
  if (answer == nullptr || refused) MARK("sim: result lost on the way");
  if (happens(dice, world_.faults.finish_twice)) {
    MARK("sim: job finished twice");
    world_.schedule.after(skewed(dice, milliseconds{1}, milliseconds{60'000}), [this, index, job] {
      if (workers_[index].alive) post_result(index, job, false, nullptr);
    });
  }
  let_go(index, job);
  if (happens(dice, world_.faults.leave)) return die(index, 0, 0);
  if (!stop_pod || worker.origin == WorkerOrigin::runtime) return;
  // Nobody but its owner can replace it.
  world_.schedule.after(skewed(dice, milliseconds{1'000}, milliseconds{60'000}),
                        [this, index] { die(index, 0, 0); });
}

/// The job is out of its hands, done or not.
void SimWorkers::let_go(std::size_t index, const JobId& job) {
  Worker& worker = workers_[index];
  std::erase_if(worker.held, [&](const Held& held) { return held.job == job; });
  if (worker.alive) begin_waiting(index);
  rest(index, worker.sdk->pause + milliseconds{1});
  exit_if_done(index);
}

/// Posts a result for somebody else's job.
void SimWorkers::impersonate(std::size_t index) {
  const auto& jobs = world_.ledger.jobs();
  if (jobs.empty()) return;
  MARK("sim: stranger posts a result");
  const std::size_t from = jobs.size() > 30 ? jobs.size() - 30 : 0;
  const std::size_t which = from + world_.dice.workers.below(jobs.size() - from);
  post_result(index, jobs[which]->asked.id, false, nullptr);
}

}  // namespace pilotlight::sim
