// Answers to parked questions, and to a worker's polls.
#include <utility>

#include "core/state.hpp"

namespace pilotlight::core {

void State::answer(Waiter& waiter, Answer answer) {
  if (LiveWorker* worker = std::exchange(waiter.worker, nullptr)) {
    const bool take = waiter.kind == WaiterKind::take;
    std::erase(take ? worker->takes : worker->stop_polls, &waiter);
    worker->last_word = call.now();
    if (take) {
      worker->last_poll = call.now();
      update_free(*worker);
      arm(*worker);
    }
  }
  waiters.answer(waiter, std::move(answer));
}

answer::JobLive State::live_view(const LiveJob& live) const {
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

void State::answer_takes(LiveWorker& live) {
  while (!live.takes.empty()) answer(*live.takes.front(), answer::NoJob{});
}

void State::answer_stop_polls(LiveWorker& live) {
  while (!live.stop_polls.empty()) answer(*live.stop_polls.front(), answer::NoJob{});
}

/// Everybody who waits is told how things stand.
void State::answer_waits() {
  waiters.each([this](Waiter& waiter) { waiter_due(waiter); });
}

}  // namespace pilotlight::core
