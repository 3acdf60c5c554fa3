#include "sim/actors/sim_client.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void SimClients::begin() {
  world_.schedule.after(milliseconds{500}, [this] { arrive(); });
}

void SimClients::arrive() {
  if (stopped_) return;
  Random& dice = world_.dice.clients;
  std::uint64_t count = 1;
  milliseconds pause = between(dice, milliseconds{0}, world_.plan.arrival_mean * 2);
  switch (world_.plan.load) {
    case LoadShape::idle:
    case LoadShape::steady: break;
    case LoadShape::burst:
      if (dice.chance(5)) count = 10 + dice.below(40);
      break;
    case LoadShape::herd:
      if (dice.chance(2)) {
        count = 60 + dice.below(120);
        pause += skewed(dice, milliseconds{1'000}, milliseconds{120'000});
      }
      break;
  }
  for (std::uint64_t i = 0; i < count; ++i) submit();
  world_.schedule.after(pause, [this] { arrive(); });
}

JobPolicy SimClients::draw_policy() {
  Random& dice = world_.dice.clients;
  JobPolicy policy;
  if (!world_.plan.tiny && dice.chance(90)) policy.ttl = milliseconds{dice.between(10'000, 3'600'000)};
  if (!dice.chance(world_.plan.policy_percent)) return policy;
  if (dice.chance(50))
    policy.execution_timeout = milliseconds{dice.chance(5) ? 0 : dice.between(5'000, 60'000)};
  if (dice.chance(50)) policy.ttl = milliseconds{dice.between(10'000, 120'000)};
  policy.low_priority = dice.chance(30);
  return policy;
}

void SimClients::submit() {
  Random& dice = world_.dice.clients;
  command::SubmitJob job;
  const bool sync = dice.chance(world_.plan.wait_percent);
  job.id = world_.job_id(sync);
  job.endpoint = dice.chance(1) ? EndpointId::generate(14, dice) : world_.manager.any_endpoint();
  job.input = world_.payload(job.id.row(), world_.plan.large_percent);
  if (dice.chance(10)) job.extras = world_.payload(world_.plan.large_percent);
  job.policy = draw_policy();
  if (sync) {
    job.wait = milliseconds{dice.between(1'000, 90'000)};
    job.retention = dice.chance(50) ? RetentionClass::runsync : RetentionClass::runsync_wait;
  }
  world_.ledger.asked(job);
  const auto door = [this, input = job.input, extras = job.extras](Answer answer) {
    if (!std::holds_alternative<answer::Refused>(answer)) return answer;
    for (const PayloadRef& file : world_.files({input, extras})) world_.store.discard_file(file);
    return answer;
  };
  world_.net.ask({.lane = Lane::submit,
                  .command = job,
                  .heard = [this, id = job.id](const Answer* answer) { submitted(id, answer); },
                  .door = door,
                  .upload = skewed(dice, milliseconds{0},
                                   milliseconds{job.input.place == PayloadPlace::file ? 2'000 : 5}),
                  .files = world_.files({job.input, job.extras}),
                  .patience = milliseconds{dice.chance(10) ? dice.between(100, 20'000) : 120'000}});
}

void SimClients::submitted(const JobId& id, const Answer* answer) {
  JobEntry& entry = *world_.ledger.job(id);
  if (answer == nullptr) {
    MARK("sim: client never learns whether its job was accepted");
    return follow(id, 1);
  }
  if (std::holds_alternative<answer::Refused>(*answer)) return;
  entry.acknowledged = true;
  observe(id, std::nullopt, 0, *answer);
  follow(id, 1 + static_cast<int>(world_.dice.clients.below(4)));
}

void SimClients::follow(const JobId& id, int times) {
  Random& dice = world_.dice.clients;
  world_.schedule.after(skewed(dice, milliseconds{50}, milliseconds{60'000}), [this, id, times] {
    const JobEntry& entry = *world_.ledger.job(id);
    if (entry.seen_final && world_.dice.clients.chance(70)) return;
    switch (world_.dice.clients.below(16)) {
      case 0: cancel(id); break;
      case 1: shorten(id); break;
      default: read(id); break;
    }
    if (times > 1) follow(id, times - 1);
  });
}

Answer SimClients::look_up(const JobId& job, bool acknowledged, Answer answer) {
  if (!std::holds_alternative<answer::JobNotLive>(answer)) return answer;
  const auto row = world_.store.final_job(job, world_.plane_now());
  if (row) return answer::JobEnded{*row};
  const Disk& disk = world_.store.disk();
  const auto there = disk.finals.find(job);
  const bool had_its_time = disk.expired.contains(job) || there != disk.finals.end();
  require(had_its_time || !acknowledged, "S1", "job {} was acknowledged and is not found", job);
  require(disk.image.job(job) == nullptr || !acknowledged, "S1", "job {} is live on disk but not found", job);
  return answer;
}

void SimClients::ask_about(const JobId& job, Command command) {
  const JobEntry& entry = *world_.ledger.job(job);
  world_.net.ask(
      {.lane = Lane::control,
       .command = std::move(command),
       .heard =
           [this, job, seen = entry.seen_final, retries = entry.seen_retries](const Answer* answer) {
             if (answer != nullptr) observe(job, seen, retries, *answer);
           },
       .door = [this, job, acknowledged = entry.acknowledged](
                   Answer answer) { return look_up(job, acknowledged, std::move(answer)); },
       .patience = milliseconds{60'000}});
}

void SimClients::read(const JobId& job) {
  ask_about(job, command::ReadJob{ticket_none, world_.ledger.job(job)->asked.endpoint, job});
}

void SimClients::cancel(const JobId& job) {
  MARK("sim: client cancels");
  ask_about(job, command::CancelJob{ticket_none, world_.ledger.job(job)->asked.endpoint, job});
}

void SimClients::shorten(const JobId& job) {
  const milliseconds keep = skewed(world_.dice.clients, milliseconds{0}, milliseconds{60'000});
  world_.net.ask({.lane = Lane::control, .command = command::ShortenRetention{ticket_none, job, keep}});
}

/// What was known when the question was sent may not be taken back by its answer.
void SimClients::observe(const JobId& job, std::optional<JobState> seen_before, std::uint8_t retries_before,
                         const Answer& answer) {
  JobEntry& entry = *world_.ledger.job(job);
  if (const auto* live = std::get_if<answer::JobLive>(&answer)) {
    require(!seen_before, "S4", "job {} was seen to end and lives again", job);
    require(live->retries >= retries_before, "S4", "job {}: retries go back to {}", job, live->retries);
    entry.seen_retries = std::max(entry.seen_retries, live->retries);
  } else if (const auto* ended = std::get_if<answer::JobEnded>(&answer)) {
    require(!seen_before || *seen_before == ended->job.state, "S2", "job {} ends as {} and as {}", job,
            seen_before.value_or(ended->job.state), ended->job.state);
    entry.seen_final = ended->job.state;
  }
}

void SimClients::read_all() {
  for (const JobEntry* entry : world_.ledger.jobs())
    if (!entry->seen_final) read(entry->asked.id);
}

void SimClients::cancel_all() {
  for (const auto& [id, job] : world_.audit.image().jobs) cancel(id);
}

}  // namespace pilotlight::sim
