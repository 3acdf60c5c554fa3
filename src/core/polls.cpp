// Answers to parked questions, and to a worker's polls.
#include <utility>

#include "core/dispatch.hpp"

namespace pilotlight::core {

void Dispatch::answer(Waiter& waiter, Answer answer) {
  if (LiveWorker* worker = std::exchange(waiter.worker, nullptr)) {
    const bool take = waiter.kind == WaiterKind::take;
    std::erase(take ? worker->takes : worker->stop_polls, &waiter);
    worker->last_word = call_.now();
    if (take) {
      worker->last_poll = call_.now();
      update_free(*worker);
      arm(*worker);
    }
  }
  waiters_.answer(waiter, std::move(answer));
}

answer::JobLive Dispatch::live_view(const LiveJob& live) const {
  const Job& job = live.job;
  answer::JobLive view;
  view.id = job.id;
  view.state = job.state;
  view.worker = job.worker;
  view.retries = job.retries;
  view.progress = job.progress;
  view.delay = delay_of(job);
  if (job.state == JobState::in_queue) view.waiting = why().job(live);
  return view;
}

void Dispatch::waiter_due(Waiter& waiter) {
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

void Dispatch::answer_takes(LiveWorker& live) {
  while (!live.takes.empty()) answer(*live.takes.front(), answer::NoJob{});
}

void Dispatch::answer_stop_polls(LiveWorker& live) {
  while (!live.stop_polls.empty()) answer(*live.stop_polls.front(), answer::NoJob{});
}

/// Everybody who waits is told how things stand.
void Dispatch::answer_waits() {
  waiters_.each([this](Waiter& waiter) { waiter_due(waiter); });
}

}  // namespace pilotlight::core
