// Reports of the server about itself.
#include "base/mark.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::Drain&) {
  if (draining) return;
  draining = true;
  webhooks.drain();
  answer_waits();
  for (const auto& endpoint : definitions.endpoints())
    for (LiveWorker* worker : endpoint->workers) {
      update_free(*worker);
      if (worker->state() != WorkerState::stopping) stop_worker(*worker, limits.worker_stop_grace);
    }
}

void State::on(const command::AnswersDelayed& c) {
  MARK("core.answers_delayed");
  for (const auto& endpoint : definitions.endpoints())
    for (LiveWorker* worker : endpoint->workers) {
      worker->last_word = worker->last_poll = call.now();
      if (worker->first_ping != timestamp_never) worker->first_ping = call.now();
      for (Lease& lease : worker->leases)
        if (lease.delivered >= c.since) lease.delivered = call.now();
    }
}

}  // namespace pilotlight::core
