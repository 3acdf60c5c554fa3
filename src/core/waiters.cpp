#include <algorithm>

#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::park(Ticket ticket, Waiter waiter, milliseconds hold) {
  ASSERT(ticket != ticket_none && !waiters.contains(ticket));
  Waiter& parked = waiters[ticket] = waiter;
  deadlines.set(parked.deadline, now_ + std::max(hold, milliseconds{0}), DeadlineKind::waiter, ticket);
}

void State::answer(Ticket ticket, Answer answer) {
  const auto found = waiters.find(ticket);
  ASSERT(found != waiters.end());
  Waiter waiter = found->second;
  const bool keep =
      mutant(Mutant::waiter_answered_twice) && std::holds_alternative<answer::JobsTaken>(answer);
  if (!keep) {
    deadlines.remove(waiter.deadline);
    waiters.erase(found);
  }
  switch (waiter.kind) {
    case WaiterKind::take:
      if (LiveWorker* worker = find_worker(waiter.worker)) {
        std::erase(worker->takes, ticket);
        update_free(*worker);
      }
      break;
    case WaiterKind::stops:
      if (LiveWorker* worker = find_worker(waiter.worker)) std::erase(worker->stop_polls, ticket);
      break;
    case WaiterKind::job: {
      const auto others = job_waiters.find(waiter.row);
      if (others == job_waiters.end()) break;
      std::erase(others->second, ticket);
      if (others->second.empty()) job_waiters.erase(others);
      break;
    }
  }
  reply(ticket, std::move(answer));
}

void State::waiter_due(Ticket ticket) {
  Waiter& waiter = waiters.at(ticket);
  waiter.deadline = deadline_none;
  switch (waiter.kind) {
    case WaiterKind::take:
    case WaiterKind::stops: answer(ticket, answer::NoJob{}); return;
    case WaiterKind::job: {
      LiveJob* job = find_row(waiter.row);
      ASSERT(job != nullptr);
      answer(ticket, live_view(*job));
      return;
    }
  }
}

void State::answer_polls(LiveWorker& worker) {
  for (const Ticket ticket : std::vector<Ticket>(worker.takes)) answer(ticket, answer::NoJob{});
  for (const Ticket ticket : std::vector<Ticket>(worker.stop_polls)) answer(ticket, answer::NoJob{});
}

}  // namespace pilotlight::core
