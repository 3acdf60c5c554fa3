#pragma once

#include <cstdint>
#include <optional>

#include "base/assert.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::core {

enum class WorkerEvent : std::uint8_t {
  ready,    ///< its first take
  leased,   ///< a job was given to it
  emptied,  ///< its last job left it
  drain,    ///< it shall get no more jobs and end when it holds none
  stop,     ///< it is told to end
  silent,   ///< started by hand, without a job, and not heard of for long: counts as not started
};

/// The worker table: the state after the event; nullopt: the event cannot happen there. The end of its
/// process removes a worker from every state.
constexpr std::optional<WorkerState> next(WorkerState state, WorkerEvent event) {
  switch (state) {
    case WorkerState::starting:
      switch (event) {
        case WorkerEvent::ready: return WorkerState::idle;
        case WorkerEvent::leased: return std::nullopt;
        case WorkerEvent::emptied: return std::nullopt;
        case WorkerEvent::drain: return WorkerState::draining;
        case WorkerEvent::stop: return WorkerState::stopping;
        case WorkerEvent::silent: return WorkerState::starting;
      }
      break;
    case WorkerState::idle:
      switch (event) {
        case WorkerEvent::ready: return std::nullopt;
        case WorkerEvent::leased: return WorkerState::busy;
        case WorkerEvent::emptied: return std::nullopt;
        case WorkerEvent::drain: return WorkerState::draining;
        case WorkerEvent::stop: return WorkerState::stopping;
        case WorkerEvent::silent: return WorkerState::starting;
      }
      break;
    case WorkerState::busy:
      switch (event) {
        case WorkerEvent::ready: return std::nullopt;
        case WorkerEvent::leased: return WorkerState::busy;
        case WorkerEvent::emptied: return WorkerState::idle;
        case WorkerEvent::drain: return WorkerState::draining;
        case WorkerEvent::stop: return WorkerState::stopping;
        case WorkerEvent::silent: return std::nullopt;
      }
      break;
    case WorkerState::draining:
      switch (event) {
        case WorkerEvent::ready: return std::nullopt;
        case WorkerEvent::leased: return std::nullopt;
        case WorkerEvent::emptied: return WorkerState::draining;
        case WorkerEvent::drain: return WorkerState::draining;
        case WorkerEvent::stop: return WorkerState::stopping;
        case WorkerEvent::silent: return std::nullopt;
      }
      break;
    case WorkerState::stopping:
      switch (event) {
        case WorkerEvent::ready: return std::nullopt;
        case WorkerEvent::leased: return std::nullopt;
        case WorkerEvent::emptied: return WorkerState::stopping;
        case WorkerEvent::drain: return WorkerState::stopping;
        case WorkerEvent::stop: return WorkerState::stopping;
        case WorkerEvent::silent: return std::nullopt;
      }
      break;
  }
  return std::nullopt;
}

/// As `next`, where the event must be possible.
constexpr WorkerState after(WorkerState state, WorkerEvent event) {
  const std::optional<WorkerState> result = next(state, event);
  ASSERT(result.has_value());
  return *result;
}

/// Whether new jobs may go to a worker in this state.
constexpr bool takes_jobs(WorkerState state) {
  return next(state, WorkerEvent::leased).has_value();
}

static_assert(next(WorkerState::starting, WorkerEvent::ready) == WorkerState::idle);
static_assert(takes_jobs(WorkerState::idle) && takes_jobs(WorkerState::busy));
static_assert(!takes_jobs(WorkerState::starting), "it has not asked yet");
static_assert(!takes_jobs(WorkerState::draining) && !takes_jobs(WorkerState::stopping));

namespace detail {

constexpr WorkerState worker_states[] = {WorkerState::starting, WorkerState::idle, WorkerState::busy,
                                         WorkerState::draining, WorkerState::stopping};

constexpr bool every_state_can_be_stopped() {
  for (const WorkerState state : worker_states)
    if (next(state, WorkerEvent::stop) != WorkerState::stopping) return false;
  return true;
}

constexpr bool nobody_comes_back_to_work() {
  for (const WorkerState state : {WorkerState::draining, WorkerState::stopping})
    for (const WorkerEvent event : {WorkerEvent::ready, WorkerEvent::leased, WorkerEvent::emptied,
                                    WorkerEvent::drain, WorkerEvent::stop, WorkerEvent::silent})
      if (next(state, event) && takes_jobs(*next(state, event))) return false;
  return true;
}

}  // namespace detail

static_assert(detail::every_state_can_be_stopped());
static_assert(detail::nobody_comes_back_to_work());

}  // namespace pilotlight::core
