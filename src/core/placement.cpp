// The pass over all endpoints that a call has touched: queued jobs meet polls, and the workers that endpoints
// want are started.
#include <algorithm>
#include <vector>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/want.hpp"

namespace pilotlight::core {
namespace {

bool names_volumes(const Endpoint& endpoint) {
  const auto& ids = endpoint.network_volume_ids;
  return !endpoint.network_volume_id.empty() ||
         std::any_of(ids.begin(), ids.end(), [](const std::string& id) { return !id.empty(); });
}

}  // namespace

/// Rounds, until one touches no endpoint: all jobs meet polls before the first worker is started or stopped,
/// and all wanted workers are placed together. Endpoints have their turns in the order in which they were
/// touched.
void Dispatch::settle() {
  while (!touched_.empty()) {
    settling_.swap(touched_);
    for (LiveEndpoint* endpoint : settling_) {
      endpoint->touched = false;
      match(*endpoint);
    }
    std::erase_if(settling_, [this](const LiveEndpoint* endpoint) { return !scales(*endpoint); });
    for (LiveEndpoint* endpoint : settling_)
      if (endpoint->stale_workers) stop_stale(*endpoint);
    place(settling_);
    for (LiveEndpoint* endpoint : settling_) stop_idle(*endpoint);
    settling_.clear();
  }
}

/// Starts the workers that the endpoints want. There is one machine without cards, so that all have room.
void Dispatch::place(const std::vector<LiveEndpoint*>& endpoints) {
  if (!adopted_) return;
  for (LiveEndpoint* endpoint : endpoints) {
    Want want;
    do {
      want = want_of(*endpoint, call_.now());
      if (want.held_back) MARK("core.start_held_back");
      if (want.step) endpoint->last_step = call_.now();
      for (std::int64_t i = 0; i < want.start; ++i) start_worker(*endpoint);
    } while (want.start > 0);
  }
}

void Dispatch::start_worker(LiveEndpoint& endpoint) {
  const Endpoint& e = *endpoint.endpoint;
  const Template* used = definitions_.find_template(e.template_id);
  ASSERT(used != nullptr);
  WorkerId id;
  do id = WorkerId::generate(14, random_);
  while (find_worker(id) != nullptr);
  const Worker worker{id, e.id, WorkerOrigin::runtime, WorkerState::starting, e.version, call_.now(), {}, 1};
  LiveWorker& live = add_worker(worker);
  call_.save(record::WorkerSaved{worker});
  call_.emit(effect::StartWorker{id, e.id, used->image, used->command, used->env, e.env, e.gpu_count,
                                 e.version, names_volumes(e)});
  arm(live);
}

void Dispatch::end_call() {
  settle();
  if (draining_ && !drained_told_ && lease_total_ == 0) {
    drained_told_ = true;
    answer_waits();
    call_.emit(effect::Drained{});
  }
  save_jobs();
}

}  // namespace pilotlight::core
