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

JobTurn SimClients::draw_turn() {
  Random& dice = world_.dice.clients;
  JobTurn turn;
  if (!dice.chance(world_.plan.policy_percent)) return turn;
  if (dice.chance(60)) turn.priority = static_cast<std::int8_t>(dice.between(-2, 2));
  if (dice.chance(30)) turn.delay = skewed(dice, milliseconds{0}, milliseconds{60'000});
  if (dice.chance(15)) turn.not_before = world_.plane_now() + milliseconds{dice.between(-5'000, 180'000)};
  return turn;
}

command::SubmitJob SimClients::draw(const EndpointId& endpoint, bool sync) {
  Random& dice = world_.dice.clients;
  command::SubmitJob job;
  job.id = world_.job_id(sync);
  job.endpoint = endpoint;
  job.input = world_.payload(job.id.row(), world_.plan.large_percent);
  if (dice.chance(10)) job.extras = world_.payload(world_.plan.large_percent);
  job.policy = draw_policy();
  job.turn = draw_turn();
  job.webhook = dice.chance(world_.plan.webhook_percent);
  return job;
}

void SimClients::submit() {
  Random& dice = world_.dice.clients;
  const bool sync = dice.chance(world_.plan.wait_percent);
  command::SubmitJob job =
      draw(dice.chance(1) ? EndpointId::generate(14, dice) : world_.manager.any_endpoint(), sync);
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
  entry.told.acknowledged = true;
  if (world_.dice.clients.chance(15)) world_.readers.follow(id, entry.asked.endpoint);
  observe(id, Told{}, *answer);
  follow(id, 1 + static_cast<int>(world_.dice.clients.below(4)));
}

void SimClients::follow(const JobId& id, int times) {
  Random& dice = world_.dice.clients;
  world_.schedule.after(skewed(dice, milliseconds{50}, milliseconds{60'000}), [this, id, times] {
    const JobEntry& entry = *world_.ledger.job(id);
    const auto& final = entry.told.final;
    if (final && *final != JobState::completed && world_.dice.clients.chance(60)) return retry(id);
    if (final && world_.dice.clients.chance(70)) return;
    switch (world_.dice.clients.below(16)) {
      case 0: cancel(id); break;
      case 1: shorten(id); break;
      case 2: retry(id); break;
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
  // Between the look into the core and the one into the store it may have been queued anew.
  const bool lives_again = disk.image.job(job) != nullptr && world_.ledger.job(job)->retried_batch != 0;
  require(had_its_time || lives_again || !acknowledged, "S1", "job {} was acknowledged and is not found",
          job);
  require(disk.image.job(job) == nullptr || lives_again || !acknowledged, "S1",
          "job {} is live on disk but not found", job);
  return answer;
}

void SimClients::ask_about(const JobId& job, Command command) {
  const JobEntry& entry = *world_.ledger.job(job);
  world_.net.ask({.lane = Lane::control,
                  .command = std::move(command),
                  .heard =
                      [this, job, before = entry.told](const Answer* answer) {
                        if (answer != nullptr) observe(job, before, *answer);
                      },
                  .door = [this, job, acknowledged = entry.told.acknowledged](
                              Answer answer) { return look_up(job, acknowledged, std::move(answer)); },
                  .patience = milliseconds{60'000}});
}

void SimClients::read(const JobId& job) {
  command::ReadJob read{ticket_none, world_.ledger.job(job)->asked.endpoint, job};
  if (world_.dice.clients.chance(20)) read.wait = milliseconds{world_.dice.clients.between(0, 30'000)};
  ask_about(job, read);
}

void SimClients::cancel(const JobId& job) {
  MARK("sim: client cancels");
  ask_about(job, command::CancelJob{ticket_none, world_.ledger.job(job)->asked.endpoint, job});
}

void SimClients::shorten(const JobId& job) {
  const milliseconds keep = skewed(world_.dice.clients, milliseconds{0}, milliseconds{60'000});
  world_.net.ask({.lane = Lane::control, .command = command::ShortenRetention{ticket_none, job, keep}});
}

void SimClients::retry(const JobId& job) {
  if (stopped_) return read(job);
  MARK("sim: client retries");
  Told& told = world_.ledger.job(job)->told;
  told.final.reset();
  told.retries = 0;
  ++told.lives;
  ++told.open_retries;
  const std::string claim = "retry " + job.text();
  const milliseconds wait{world_.dice.clients.between(0, 5'000)};
  world_.net.ask({.lane = Lane::control,
                  .command = command::Claim{ticket_none, claim, wait},
                  .door =
                      [this, job, claim](Answer answer) {
                        if (std::holds_alternative<answer::Claimed>(answer))
                          retry_claimed(job, claim);
                        else
                          --world_.ledger.job(job)->told.open_retries;
                        return answer;
                      },
                  .patience = milliseconds{10'000}});
}

void SimClients::retry_claimed(const JobId& job, const std::string& claim) {
  const auto done = [this, job, claim](const Answer* answer) {
    --world_.ledger.job(job)->told.open_retries;
    if (answer == nullptr) return;  // the server is gone, and its claims with it
    MARK("sim: job retried");
    world_.engine.submit(Lane::control, command::Release{claim});
  };
  const auto row = world_.store.final_job(job, world_.plane_now());
  const Answer none = answer::JobNotLive{};
  if (!row) return done(&none);
  // Some doors are slow after they have read the row.
  const bool slow = std::hash<JobId>{}(job) % 16 == 0;
  const Timestamp read = world_.plane_now() - (slow ? final_row_outlives_expiry / 2 : milliseconds{0});
  world_.net.ask_inside({.lane = Lane::submit,
                         .command = command::RetryJob{ticket_none, *row, read, world_.store.stream(job)},
                         .heard = done});
}

/// What was known when the question was sent may not be taken back by its answer, unless somebody asked for
/// the job to be retried.
void SimClients::observe(const JobId& job, const Told& before, const Answer& answer) {
  Told& told = world_.ledger.job(job)->told;
  if (before.lives != told.lives || before.open_retries + told.open_retries > 0) return;
  if (const auto* live = std::get_if<answer::JobLive>(&answer)) {
    require(!before.final, "S4", "job {} was seen to end and lives again", job);
    require(live->retries >= before.retries, "S4", "job {}: retries go back to {}", job, live->retries);
    told.retries = std::max(told.retries, live->retries);
  } else if (const auto* ended = std::get_if<answer::JobEnded>(&answer)) {
    require(!before.final || *before.final == ended->job.state, "S2", "job {} ends as {} and as {}", job,
            before.final.value_or(ended->job.state), ended->job.state);
    told.final = ended->job.state;
  } else if (std::holds_alternative<answer::JobNotLive>(answer) && world_.audit.image().job(job) != nullptr) {
    MARK("sim: job lives again between two looks");
    read(job);
  }
}

void SimClients::read_all() {
  for (const JobEntry* entry : world_.ledger.jobs())
    if (!entry->told.final) read(entry->asked.id);
}

void SimClients::cancel_all() {
  for (const auto& [id, job] : world_.audit.image().jobs) cancel(id);
}

}  // namespace pilotlight::sim
