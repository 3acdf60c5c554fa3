#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

/// Only stores what it is given: records come in any order, so that ties between things are made in
/// `rebuild`.
void State::restore(const Record& record) {
  ASSERT(!restored);
  std::visit(Overloaded{
                 [this](const record::TemplateSaved& r) {
                   templates[r.value.id] = std::make_shared<const Template>(r.value);
                 },
                 [this](const record::TemplateRemoved& r) { templates.erase(r.id); },
                 [this](const record::EndpointSaved& r) {
                   LiveEndpoint& endpoint = endpoints[r.value.id];
                   endpoint.endpoint = std::make_shared<const Endpoint>(r.value);
                   endpoint.deleting = r.deleting;
                   endpoint.counters.endpoint = r.value.id;
                 },
                 [this](const record::EndpointRemoved& r) { endpoints.erase(r.id); },
                 [](const record::ApiKeySaved&) {},
                 [this](const record::CountersSaved& r) { endpoints[r.endpoint].counters = r; },
                 [this](const record::WorkerSaved& r) { workers[r.value.id].worker = r.value; },
                 [this](const record::WorkerRemoved& r) { workers.erase(r.id); },
                 [this](const record::JobSaved& r) { jobs[r.value.id.row()].job = r.value; },
                 [this](const record::JobFinished& r) { jobs.erase(r.value.id.row()); },
                 [](const record::RetentionShortened&) {},
                 [](const record::PayloadKept&) {},
                 [](const record::PayloadDropped&) {},
             },
             record);
}

void State::rebuild() {
  ASSERT(!restored);
  for (auto& [id, endpoint] : endpoints) {
    ASSERT(endpoint.endpoint != nullptr);
    endpoint.number = ++last_number;
    endpoint_numbers[endpoint.number] = &endpoint;
    if (endpoint.deleting) sliced_endpoints.push_back(id);
  }
  std::vector<Worker> known;
  for (const auto& [id, live] : workers) known.push_back(live.worker);
  std::sort(known.begin(), known.end(), [](const Worker& a, const Worker& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  workers.clear();
  for (const Worker& worker : known) arm(add_worker(worker));

  std::vector<LiveJob*> all;
  all.reserve(jobs.size());
  for (auto& [row, live] : jobs) all.push_back(&live);
  std::sort(all.begin(), all.end(), [](const LiveJob* a, const LiveJob* b) {
    return std::tie(a->job.order, a->job.id) < std::tie(b->job.order, b->job.id);
  });
  for (LiveJob* live : all) rebuild_job(*live);
  restored = true;
  for (auto& [id, endpoint] : endpoints) touch(endpoint);
}

void State::rebuild_job(LiveJob& live) {
  Job& job = live.job;
  LiveEndpoint& endpoint = endpoint_of(job);
  endpoint.order_first = std::min(endpoint.order_first, job.order);
  endpoint.order_last = std::max(endpoint.order_last, job.order);
  for (const WorkerId& id : job.holders)
    if (LiveWorker* worker = find_worker(id); worker != nullptr && id != job.worker)
      worker->former.push_back(job.id.row());
  if (job.state == JobState::in_queue) {
    live.queue_number = endpoint.queue.push_back(job.id.row());
    ++queued_total;
    if (job.policy.low_priority) ++endpoint.queued_low;
  } else {
    ++lease_total;
    ++endpoint.in_progress;
    if (job.policy.low_priority) ++endpoint.in_progress_low;
    LiveWorker* worker = find_worker(job.worker);
    ASSERT(worker != nullptr);  // a worker's removal and its jobs' return are one batch
    worker->leases.push_back({job.id.row(), now_, ticket_none, false, false, 0, std::nullopt});
    worker->concurrency = std::max(worker->concurrency, static_cast<std::uint32_t>(worker->leases.size()));
    if (worker->worker.state == WorkerState::idle) worker->worker.state = WorkerState::busy;
  }
  if (!mutant(Mutant::ttl_lost_on_restore)) arm(live);
}

void State::on(const command::WorkersListed& c) {
  if (adopted) return;
  adopted = true;
  std::vector<WorkerId> ids;
  for (const auto& [id, endpoint] : endpoints)
    ids.insert(ids.end(), endpoint.workers.begin(), endpoint.workers.end());
  for (const WorkerId& id : ids) {
    LiveWorker& worker = workers.at(id);
    if (worker.worker.origin == WorkerOrigin::by_hand) continue;
    if (std::find(c.running.begin(), c.running.end(), id) == c.running.end()) {
      MARK("core.worker_gone_over_restart");
      remove_worker(worker, false);
    } else if (worker.worker.state == WorkerState::stopping) {
      emit(effect::StopWorker{id, limits.worker_stop_grace});
    }
  }
  for (const WorkerId& id : c.running)
    if (find_worker(id) == nullptr) {
      MARK("core.unknown_worker_stopped");
      emit(effect::StopWorker{id, milliseconds{0}});
    }
  for (auto& [id, endpoint] : endpoints) touch(endpoint);
}

}  // namespace pilotlight::core
