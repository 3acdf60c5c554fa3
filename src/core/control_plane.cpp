#include "core/control_plane.hpp"

#include "core/state.hpp"

namespace pilotlight::core {

ControlPlane::ControlPlane(const Limits& limits, std::uint64_t seed)
    : state_(std::make_unique<State>(limits, seed)) {}
ControlPlane::~ControlPlane() = default;

void ControlPlane::restore(const Record& record) {
  state_->restore(record);
}

void ControlPlane::restored(Timestamp now, Outcome& out) {
  state_->begin(now, out);
  state_->rebuild();
  state_->end();
}

void ControlPlane::apply(Timestamp now, const Command& command, Outcome& out) {
  state_->begin(now, out);
  std::visit([this](const auto& c) { state_->on(c); }, command);
  state_->end();
}

void ControlPlane::advance(Timestamp now, Outcome& out) {
  State& s = *state_;
  s.begin(now, out);
  for (std::uint32_t budget = s.limits.slice_jobs; budget > 0; --budget) {
    const auto due = s.deadlines.pop(now);
    if (!due) break;
    switch (due->kind) {
      case DeadlineKind::job: s.job_due(due->key); break;
      case DeadlineKind::worker: s.worker_due(*s.worker_numbers.at(due->key)); break;
      case DeadlineKind::endpoint: s.endpoint_due(*s.endpoint_numbers.at(due->key)); break;
      case DeadlineKind::waiter: s.waiter_due(due->key); break;
    }
    s.settle();
  }
  s.go_on_slicing();
  s.end();
  s.save_counters();
}

std::optional<Timestamp> ControlPlane::next_deadline() const {
  if (!state_->sliced_endpoints.empty()) return state_->now_;
  return state_->deadlines.earliest();
}

ControlPlane::Totals ControlPlane::totals() const {
  const State& s = *state_;
  return {s.jobs.size(), s.queued_total, s.lease_total, s.workers.size(), s.waiters.size()};
}

void State::begin(Timestamp now, Outcome& out) {
  ASSERT(now >= now_);
  now_ = now;
  out_ = &out;
}

void State::end() {
  settle();
  if (draining && !drained_told && lease_total == 0) {
    drained_told = true;
    emit(effect::Drained{});
  }
  flush();
}

void State::flush() {
  for (const RowNumber row : unsaved_jobs) {
    LiveJob* live = find_row(row);
    if (live == nullptr || !live->unsaved) continue;
    live->unsaved = false;
    save(record::JobSaved{live->job});
  }
  unsaved_jobs.clear();
}

void State::save_counters() {
  for (const EndpointId& id : uncounted_endpoints) {
    LiveEndpoint* endpoint = find_endpoint(id);
    if (endpoint == nullptr || !endpoint->counters_unsaved) continue;
    endpoint->counters_unsaved = false;
    save(endpoint->counters);
  }
  uncounted_endpoints.clear();
}

void State::reply(Ticket ticket, Answer answer) {
  if (ticket != ticket_none) emit(effect::Reply{ticket, std::move(answer)});
}

void State::refuse(Ticket ticket, Errc code, std::string message) {
  reply(ticket, answer::Refused{code, std::move(message)});
}

}  // namespace pilotlight::core
