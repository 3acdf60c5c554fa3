#include "sim/actors/sim_keyed.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr std::size_t recent_max = 6;

}  // namespace

void SimKeyed::begin() {
  if (world_.plan.keyed_mean.count() > 0) world_.schedule.after(milliseconds{700}, [this] { arrive(); });
}

void SimKeyed::arrive() {
  if (stopped_) return;
  Random& dice = world_.dice.keyed;
  const Ask ask = draw();
  const std::uint64_t copies = dice.chance(30) ? 2 + dice.below(3) : 1;
  for (std::uint64_t i = 0; i < copies; ++i) send_later(ask, milliseconds{50});
  world_.schedule.after(between(dice, milliseconds{0}, world_.plan.keyed_mean * 2), [this] { arrive(); });
}

SimKeyed::Ask SimKeyed::draw() {
  Random& dice = world_.dice.keyed;
  const auto body = [&dice] { return "body " + std::to_string(dice.below(3)); };
  Ask ask;
  if (!recent_.empty() && dice.chance(50)) {
    ask = recent_[dice.below(recent_.size())];
    if (dice.chance(20)) ask.key.body_sha256 = body();
  } else {
    ask.endpoint = world_.manager.any_endpoint();
    ask.key = {"key-" + std::to_string(++keys_), body()};
    recent_.push_back(ask);
    if (recent_.size() > recent_max) recent_.pop_front();
  }
  ask.tries = 1 + static_cast<unsigned>(dice.below(6));
  ask.starts = world_.engine.starts();
  return ask;
}

void SimKeyed::send_later(Ask ask, milliseconds longest) {
  world_.schedule.after(skewed(world_.dice.keyed, milliseconds{0}, longest), [this, ask] { send(ask); });
}

void SimKeyed::send(Ask ask) {
  if (stopped_) return;
  Random& dice = world_.dice.keyed;
  ask.over = std::make_shared<bool>(false);
  const milliseconds wait{dice.between(0, 5'000)};
  world_.net.ask({.lane = Lane::control,
                  .command = command::Claim{ticket_none, claim_of(ask), wait},
                  .heard =
                      [this, ask](const Answer* answer) {
                        const bool goes_on =
                            answer != nullptr && std::holds_alternative<answer::Claimed>(*answer);
                        if (!goes_on) hear(ask, answer);
                      },
                  .door =
                      [this, ask](Answer answer) {
                        if (std::holds_alternative<answer::Claimed>(answer)) claimed(ask);
                        return answer;
                      },
                  .patience = milliseconds{dice.chance(10) ? dice.between(100, 5'000) : 60'000}});
}

/// Null: the connection broke. Anything but a job: not now.
void SimKeyed::hear(const Ask& ask, const Answer* answer) {
  if (std::exchange(*ask.over, true)) return;
  const auto* accepted = answer != nullptr ? std::get_if<answer::JobAccepted>(answer) : nullptr;
  const auto* refused = answer != nullptr ? std::get_if<answer::Refused>(answer) : nullptr;
  if (accepted != nullptr) {
    world_.audit.keys().told(ask.endpoint, ask.key, accepted->id, ask.looked);
    // Of a job's stream, one client at a time asks for what comes next.
    if (!world_.ledger.job(accepted->id)->told.acknowledged) world_.clients.submitted(accepted->id, answer);
    if (world_.dice.keyed.chance(30)) send_later(ask, milliseconds{90'000});
  } else if (refused != nullptr && refused->code == Errc::conflict &&
             refused->message != answer::endpoint_paused) {
    world_.audit.keys().refused(ask.endpoint, ask.key, ask.looked);
  } else if (ask.tries > 1) {
    Ask again = ask;
    --again.tries;
    send_later(again, milliseconds{60'000});
  }
}

std::string SimKeyed::claim_of(const Ask& ask) const {
  return "idempotency " + ask.endpoint.text() + " " + ask.key.text;
}

void SimKeyed::claimed(Ask ask) {
  ask.looked = world_.plane_now();
  const auto first = world_.store.idempotency(ask.endpoint, ask.key.text, ask.looked);
  if (first || stopped_ || !world_.store.accepts_jobs()) release(ask);
  if (first && first->key != ask.key) {
    MARK("sim: key comes with another body");
    return answer(ask, answer::Refused{Errc::conflict, "another body"});
  }
  if (first) {
    MARK("sim: key finds its job");
    if (world_.engine.starts() > ask.starts) MARK("sim: key finds its job after a restart");
    return answer(ask, answer::JobAccepted{first->job});
  }
  if (stopped_ || !world_.store.accepts_jobs())
    return answer(ask, answer::Refused{Errc::unavailable, "no space"});
  if (world_.mutant == Mutant::claim_released_early) release(ask);
  // Large bodies are written first.
  const milliseconds writing = skewed(world_.dice.keyed, milliseconds{0}, milliseconds{2'000});
  world_.schedule.after(writing, [this, ask, life = world_.engine.life()] {
    life == world_.engine.life() ? hand_in(ask) : hear(ask, nullptr);
  });
}

void SimKeyed::hand_in(const Ask& ask) {
  if (stopped_) {
    release(ask);
    return answer(ask, answer::Refused{Errc::unavailable, "the client has gone"});
  }
  command::SubmitJob job;
  job.id = world_.job_id(false);
  job.endpoint = ask.endpoint;
  job.input = world_.payload(job.id.row(), world_.plan.large_percent);
  job.idempotency = ask.key;
  world_.ledger.asked(job);
  for (const PayloadRef& file : world_.files({job.input})) world_.store.write_file(file);
  world_.net.ask_inside({.lane = Lane::submit,
                         .command = job,
                         .heard = [this, ask, job](const Answer* answer) { handed_in(ask, job, answer); }});
}

void SimKeyed::handed_in(const Ask& ask, const command::SubmitJob& job, const Answer* said) {
  if (said == nullptr) return hear(ask, nullptr);  // the server is gone, and its claims with it
  if (world_.mutant != Mutant::claim_released_early) release(ask);
  if (std::holds_alternative<answer::Refused>(*said)) {
    MARK("sim: job with a key refused");
    for (const PayloadRef& file : world_.files({job.input})) world_.store.discard_file(file);
  }
  answer(ask, *said);
}

void SimKeyed::release(const Ask& ask) {
  world_.engine.submit(Lane::control, command::Release{claim_of(ask)});
}

/// On its way to the client, if the wire lets it.
void SimKeyed::answer(const Ask& ask, const Answer& said) {
  Random& dice = world_.dice.keyed;
  const bool lost = happens(dice, world_.faults.cut) || happens(dice, world_.faults.silent);
  world_.schedule.after(skewed(dice, milliseconds{0}, milliseconds{20}), [this, ask, said, lost] {
    if (lost && !*ask.over) MARK("sim: client never learns which job its key names");
    hear(ask, lost ? nullptr : &said);
  });
}

}  // namespace pilotlight::sim
