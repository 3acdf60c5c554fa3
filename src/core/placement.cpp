// The pass over all endpoints that a call has touched: queued jobs meet polls, and the workers that endpoints
// want are started.
#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"
#include "core/want.hpp"

namespace pilotlight::core {

/// Endpoints have their turns in the order in which they were touched.
void State::settle() {
  for (std::size_t i = 0; i < touched.size(); ++i) {
    LiveEndpoint& endpoint = *touched[i];
    endpoint.touched = false;
    match(endpoint);
    scale(endpoint);
  }
  touched.clear();
}

/// Starts the workers that the endpoint wants. There is one machine without cards, so that all have room.
void State::place(LiveEndpoint& endpoint) {
  if (!adopted) return;
  Want want;
  do {
    want = want_of(endpoint, call.now());
    if (want.held_back) MARK("core.start_held_back");
    if (want.step) endpoint.last_step = call.now();
    for (std::int64_t i = 0; i < want.start; ++i) start_worker(endpoint);
  } while (want.start > 0 && !mutant(Mutant::workers_max_ignored));
}

void State::start_worker(LiveEndpoint& endpoint) {
  const Endpoint& e = *endpoint.endpoint;
  const Template* used = definitions.find_template(e.template_id);
  ASSERT(used != nullptr);
  WorkerId id;
  do id = WorkerId::generate(14, random);
  while (find_worker(id) != nullptr);
  const Worker worker{id, e.id, WorkerOrigin::runtime, WorkerState::starting, e.version, call.now(), {}, 1};
  LiveWorker& live = add_worker(worker);
  call.save(record::WorkerSaved{worker});
  call.emit(
      effect::StartWorker{id, e.id, used->image, used->command, used->env, e.env, e.gpu_count, e.version});
  arm(live);
}

}  // namespace pilotlight::core
