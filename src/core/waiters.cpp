#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

Waiter& State::park(Ticket ticket, WaiterKind kind, milliseconds hold) {
  ASSERT(ticket != ticket_none);
  const auto [place, fresh] = waiters.try_emplace(ticket);
  ASSERT(fresh);
  Waiter& waiter = place->second;
  waiter.ticket = ticket;
  waiter.kind = kind;
  const bool over = waits_over && !mutant(Mutant::late_wait_goes_on);
  deadlines.set(waiter, over ? call.now() : later(call.now(), hold));
  return waiter;
}

void State::answer(Waiter& waiter, Answer answer) {
  const Ticket ticket = waiter.ticket;
  LiveWorker* worker = waiter.worker;
  switch (waiter.kind) {
    case WaiterKind::take:
      if (worker == nullptr) break;
      std::erase(worker->takes, &waiter);
      worker->last_poll = worker->last_word = call.now();
      update_free(*worker);
      arm(*worker);
      break;
    case WaiterKind::stops:
      std::erase(worker->stop_polls, &waiter);
      worker->last_word = call.now();
      break;
    case WaiterKind::job: leave_job(waiter); break;
    case WaiterKind::claim: std::erase(waiter.claim->second, &waiter); break;
    case WaiterKind::stream: std::erase(waiter.job->stream->readers, &waiter); break;
  }
  call.reply(ticket, std::move(answer));
  if (mutant(Mutant::waiter_answered_twice) && waiter.kind == WaiterKind::take && worker != nullptr &&
      waiter.armed()) {
    waiter.worker = nullptr;
    return;
  }
  deadlines.clear(waiter);
  waiters.erase(ticket);
}

void State::waiter_due(Waiter& waiter) {
  switch (waiter.kind) {
    case WaiterKind::take:
    case WaiterKind::stops:
    case WaiterKind::claim: return answer(waiter, answer::NoJob{});
    case WaiterKind::job: return answer(waiter, live_view(*waiter.job));
    case WaiterKind::stream: {
      const StreamState& state = waiter.job->stream->state;
      return answer(waiter,
                    answer::StreamChunks{waiter.job->job.state, state.run, state.chunks, state.chunks, {}});
    }
  }
}

void State::wait_for(LiveJob& live, Ticket ticket, milliseconds wait) {
  Waiter& waiter = park(ticket, WaiterKind::job, wait);
  waiter.job = &live;
  waiter.behind = live.waiters;
  if (live.waiters != nullptr) live.waiters->before = &waiter;
  live.waiters = &waiter;
}

void State::leave_job(Waiter& waiter) {
  (waiter.before != nullptr ? waiter.before->behind : waiter.job->waiters) = waiter.behind;
  if (waiter.behind != nullptr) waiter.behind->before = waiter.before;
}

void State::on(const command::Claim& c) {
  const auto [claim, free] = claims.try_emplace(c.name);
  if (free) return call.reply(c.ticket, answer::Claimed{});
  MARK("core.claim_waits");
  Waiter& waiter = park(c.ticket, WaiterKind::claim, c.wait);
  waiter.claim = claim;
  claim->second.push_back(&waiter);
}

void State::on(const command::Release& c) {
  const auto claim = claims.find(c.name);
  ASSERT(claim != claims.end());
  if (claim->second.empty())
    claims.erase(claim);
  else
    answer(*claim->second.front(), answer::Claimed{});
}

void State::answer_takes(LiveWorker& live) {
  while (!live.takes.empty()) answer(*live.takes.front(), answer::NoJob{});
}

void State::answer_stop_polls(LiveWorker& live) {
  while (!live.stop_polls.empty()) answer(*live.stop_polls.front(), answer::NoJob{});
}

void State::on(const command::EndWaits&) {
  MARK("core.waits_end");
  waits_over = true;
  answer_waits();
}

/// Everybody who waits is told how things stand.
void State::answer_waits() {
  for (auto next = waiters.begin(); next != waiters.end();) {
    Waiter& waiter = next->second;
    ++next;
    waiter_due(waiter);
  }
}

}  // namespace pilotlight::core
