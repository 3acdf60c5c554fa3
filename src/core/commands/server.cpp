// Reports of the server about itself.
#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "domain/command.hpp"

namespace pilotlight::core {

void Dispatch::on(const command::Drain&) {
  if (draining_) return;
  draining_ = true;
  webhooks_.drain();
  answer_waits();
  for (const auto& endpoint : definitions_.endpoints())
    for (LiveWorker* worker : endpoint->workers) {
      update_free(*worker);
      if (worker->state() != WorkerState::stopping) stop_worker(*worker, limits_.worker_stop_grace);
    }
}

void Dispatch::on(const command::AnswersDelayed& c) {
  MARK("core.answers_delayed");
  for (const auto& endpoint : definitions_.endpoints())
    for (LiveWorker* worker : endpoint->workers) {
      worker->last_word = worker->last_poll = call_.now();
      if (worker->first_ping != timestamp_never) worker->first_ping = call_.now();
      for (Lease& lease : worker->leases)
        if (lease.delivered >= c.since) lease.delivered = call_.now();
    }
}

}  // namespace pilotlight::core
