#include "core/waiters.hpp"

#include "base/mark.hpp"
#include "core/live_job.hpp"
#include "core/mutant.hpp"

namespace pilotlight::core {

Waiter* Waiters::find(Ticket ticket) {
  const auto found = open_.find(ticket);
  return found == open_.end() ? nullptr : &found->second;
}

Waiter& Waiters::park(Ticket ticket, WaiterKind kind, milliseconds hold) {
  ASSERT(ticket != ticket_none);
  const auto [place, fresh] = open_.try_emplace(ticket);
  ASSERT(fresh);
  Waiter& waiter = place->second;
  waiter.ticket = ticket;
  waiter.kind = kind;
  const bool over = over_ && !mutant(Mutant::late_wait_goes_on);
  deadlines_.set(waiter, over ? call_.now() : later(call_.now(), hold));
  return waiter;
}

void Waiters::wait_for(LiveJob& live, Ticket ticket, milliseconds wait) {
  Waiter& waiter = park(ticket, WaiterKind::job, wait);
  waiter.job = &live;
  waiter.behind = live.waiters;
  if (live.waiters != nullptr) live.waiters->before = &waiter;
  live.waiters = &waiter;
}

void Waiters::leave_job(Waiter& waiter) {
  (waiter.before != nullptr ? waiter.before->behind : waiter.job->waiters) = waiter.behind;
  if (waiter.behind != nullptr) waiter.behind->before = waiter.before;
}

void Waiters::claim(Ticket ticket, const std::string& name, milliseconds wait) {
  const auto [claim, free] = claims_.try_emplace(name);
  if (free) return call_.reply(ticket, answer::Claimed{});
  MARK("core.claim_waits");
  Waiter& waiter = park(ticket, WaiterKind::claim, wait);
  waiter.claim = claim;
  claim->second.push_back(&waiter);
}

void Waiters::release(const std::string& name) {
  const auto claim = claims_.find(name);
  ASSERT(claim != claims_.end());
  if (claim->second.empty())
    claims_.erase(claim);
  else
    answer(*claim->second.front(), answer::Claimed{});
}

void Waiters::answer(Waiter& waiter, Answer answer) {
  const Ticket ticket = waiter.ticket;
  switch (waiter.kind) {
    case WaiterKind::take:
    case WaiterKind::stops: break;
    case WaiterKind::job: leave_job(waiter); break;
    case WaiterKind::claim: std::erase(waiter.claim->second, &waiter); break;
    case WaiterKind::stream: std::erase(waiter.job->stream->readers, &waiter); break;
  }
  call_.reply(ticket, std::move(answer));
  if (mutant(Mutant::waiter_answered_twice) && waiter.kind == WaiterKind::take && waiter.armed()) return;
  deadlines_.clear(waiter);
  open_.erase(ticket);
}

}  // namespace pilotlight::core
