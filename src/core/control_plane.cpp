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
  state_->call.begin(now, out);
  state_->rebuild();
  state_->end_call();
}

void ControlPlane::apply(Timestamp now, const Command& command, Outcome& out) {
  state_->call.begin(now, out);
  std::visit([this](const auto& c) { state_->on(c); }, command);
  state_->end_call();
}

void ControlPlane::advance(Timestamp now, Outcome& out) {
  State& s = *state_;
  s.call.begin(now, out);
  for (std::uint32_t budget = s.limits.slice_jobs; budget > 0; --budget) {
    Deadline* due = s.deadlines.pop_due(now);
    if (due == nullptr) break;
    s.fire(*due);
  }
  // Only now: nobody is started for a job, or given one, whose time is over at this very moment.
  s.settle();
  s.go_on_slicing();
  s.end_call();
  s.save_counters();
  s.streams.save();
}

std::optional<Timestamp> ControlPlane::next_deadline() const {
  if (!state_->sliced.empty()) return state_->call.now();
  const Timestamp next = state_->deadlines.next();
  return next == timestamp_never ? std::nullopt : std::optional(next);
}

ControlPlane::Totals ControlPlane::totals() const {
  const State& s = *state_;
  return {s.jobs.size(),    s.queued_total,   s.lease_total,
          s.workers.size(), s.waiters.size(), s.webhooks.size()};
}

void State::end_call() {
  settle();
  if (draining && !drained_told && lease_total == 0) {
    drained_told = true;
    answer_waits();
    call.emit(effect::Drained{});
  }
  save_jobs();
}

void State::fire(Deadline& due) {
  switch (due.kind) {
    case DueKind::job: return job_due(static_cast<LiveJob&>(due));
    case DueKind::waiter: return waiter_due(static_cast<Waiter&>(due));
    case DueKind::worker: return worker_due(static_cast<LiveWorker&>(due));
    case DueKind::webhook: return webhooks.due(static_cast<LiveWebhook&>(due));
    case DueKind::endpoint: return touch(static_cast<LiveEndpoint&>(due));
  }
}

void State::save_jobs() {
  for (LiveJob* job : unsaved_jobs) {
    if (job == nullptr || !job->unsaved) continue;
    job->unsaved = false;
    call.save(record::JobSaved{job->job});
  }
  unsaved_jobs.clear();
}

void State::save_counters() {
  for (LiveEndpoint* endpoint : uncounted) {
    endpoint->counters_unsaved = false;
    call.save(endpoint->counters);
  }
  uncounted.clear();
}

}  // namespace pilotlight::core
