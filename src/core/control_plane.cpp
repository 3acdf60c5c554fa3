#include "core/control_plane.hpp"

#include "core/commands/handlers.hpp"
#include "core/state.hpp"
#include "domain/command.hpp"

namespace pilotlight::core {
namespace {

/// Calls the command's handler with the parts that it names.
template <class C>
void handle(const C& c, State& s) {
  if constexpr (requires { s.dispatch.on(c); })
    s.dispatch.on(c);
  else if constexpr (requires { on(c, s.call); })
    on(c, s.call);
  else if constexpr (requires { on(c, s.waiters); })
    on(c, s.waiters);
  else if constexpr (requires { on(c, s.webhooks); })
    on(c, s.webhooks);
  else if constexpr (requires { on(c, s.call, s.definitions); })
    on(c, s.call, s.definitions);
  else if constexpr (requires { on(c, s.call, s.accounts); })
    on(c, s.call, s.accounts);
  else if constexpr (requires { on(c, s.call, s.definitions, s.accounts); })
    on(c, s.call, s.definitions, s.accounts);
  else if constexpr (requires { on(c, s.call, s.credentials); })
    on(c, s.call, s.credentials);
  else if constexpr (requires { on(c, s.call, s.definitions, s.credentials); })
    on(c, s.call, s.definitions, s.credentials);
  else if constexpr (requires { on(c, s.call, s.dispatch); })
    on(c, s.call, s.dispatch);
  else if constexpr (requires { on(c, s.call, s.dispatch, s.streams); })
    on(c, s.call, s.dispatch, s.streams);
  else
    on(c, s.call, s.definitions, s.dispatch);
}

void fire(Deadline& due, State& s) {
  switch (due.kind) {
    case DueKind::job: return s.dispatch.job_due(static_cast<LiveJob&>(due));
    case DueKind::waiter: return s.dispatch.waiter_due(static_cast<Waiter&>(due));
    case DueKind::worker: return s.dispatch.worker_due(static_cast<LiveWorker&>(due));
    case DueKind::webhook: return s.webhooks.due(static_cast<LiveWebhook&>(due));
    case DueKind::endpoint: return s.dispatch.touch(static_cast<LiveEndpoint&>(due));
  }
}

}  // namespace

ControlPlane::ControlPlane(const Limits& limits, std::uint64_t seed)
    : state_(std::make_unique<State>(limits, seed)) {}
ControlPlane::~ControlPlane() = default;

void ControlPlane::restore(const Record& record) {
  state_->accounts.restore(record);
  state_->credentials.restore(record);
  state_->dispatch.restore(record);
}

void ControlPlane::restored(Timestamp now, Outcome& out) {
  state_->call.begin(now, out);
  state_->dispatch.rebuild();
  state_->dispatch.end_call();
}

void ControlPlane::apply(Timestamp now, const Command& command, Outcome& out) {
  state_->call.begin(now, out);
  std::visit([this](const auto& c) { handle(c, *state_); }, command);
  state_->dispatch.end_call();
}

void ControlPlane::advance(Timestamp now, Outcome& out) {
  State& s = *state_;
  s.call.begin(now, out);
  for (std::uint32_t budget = s.limits.slice_jobs; budget > 0; --budget) {
    Deadline* due = s.deadlines.pop_due(now);
    if (due == nullptr) break;
    fire(*due, s);
  }
  // Only now: nobody is started for a job, or given one, whose time is over at this very moment.
  s.dispatch.settle();
  s.dispatch.go_on_slicing();
  s.dispatch.end_call();
  s.dispatch.save_counters();
  s.streams.save();
}

std::optional<Timestamp> ControlPlane::next_deadline() const {
  if (state_->dispatch.slicing()) return state_->call.now();
  const Timestamp next = state_->deadlines.next();
  return next == timestamp_never ? std::nullopt : std::optional(next);
}

ControlPlane::Totals ControlPlane::totals() const {
  const State& s = *state_;
  return {s.dispatch.live_jobs(), s.dispatch.queued_jobs(), s.dispatch.leases(),
          s.dispatch.workers(),   s.waiters.size(),         s.webhooks.size()};
}

}  // namespace pilotlight::core
