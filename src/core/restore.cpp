// From records back to the running state.
#include <algorithm>
#include <tuple>

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

template <class Things, class Id>
auto place_of(Things& things, const Id& id) {
  return std::find_if(things.begin(), things.end(), [&id](const auto& thing) { return thing.id == id; });
}

/// What waits at the worker runs in the order of its delivery, which was that of the queue.
void rebuild_turns(LiveWorker& worker) {
  std::stable_sort(worker.leases.begin(), worker.leases.end(), [](const Lease& a, const Lease& b) {
    const Job &one = a.job->job, &other = b.job->job;
    return std::tie(one.not_begun, other.priority) < std::tie(other.not_begun, one.priority);
  });
}

}  // namespace

/// Only stores what it is given: records may come in any order, so that ties between things are made in
/// `rebuild`.
void State::restore(const Record& record) {
  ASSERT(!restored);
  std::visit(
      Overloaded{
          [this](const record::TemplateSaved& r) {
            definitions.remove_template(r.value.id);
            definitions.put(r.value);
          },
          [this](const record::TemplateRemoved& r) { definitions.remove_template(r.id); },
          [this](const record::EndpointSaved& r) {
            LiveEndpoint& endpoint = definitions.intern_endpoint(r.value.id);
            endpoint.endpoint = std::make_shared<const Endpoint>(r.value);
            endpoint.deleting = r.deleting;
          },
          [this](const record::EndpointRemoved& r) { definitions.remove_endpoint(r.id); },
          [](const record::ApiKeySaved&) {},
          [this](const record::CountersSaved& r) { definitions.intern_endpoint(r.endpoint).counters = r; },
          [this](const record::WorkerSaved& r) {
            const auto known = place_of(restored_workers, r.value.id);
            known == restored_workers.end() ? restored_workers.push_back(r.value) : void(*known = r.value);
          },
          [this](const record::WorkerRemoved& r) {
            const auto known = place_of(restored_workers, r.id);
            if (known != restored_workers.end()) restored_workers.erase(known);
          },
          [this](const record::JobSaved& r) {
            LiveJob* live = jobs.find(r.value.id.row());
            (live != nullptr ? *live : jobs.make(r.value.id.row())).job = r.value;
          },
          [this](const record::JobFinished& r) {
            if (LiveJob* live = jobs.find(r.value.id.row())) jobs.release(*live);
          },
          [](const record::JobRevived&) {},
          [this](const record::StreamSaved& r) { restored_streams.push_back(r.value); },
          [this](const record::WebhookSaved& r) {
            const RowNumber row = r.value.job.row();
            r.value.state == WebhookState::open ? void(restored_webhooks[row] = r.value)
                                                : void(restored_webhooks.erase(row));
          },
          [](const record::ChunkSaved&) {},
          [](const record::ChunksDropped&) {},
          [](const record::BatchSaved&) {},
          [](const record::BatchRequestSaved&) {},
          [](const record::BatchRequestRemoved&) {},
          [](const record::IdempotencySaved&) {},
          [](const record::RetentionShortened&) {},
          [](const record::PayloadKept&) {},
          [](const record::PayloadDropped&) {},
      },
      record);
}

void State::rebuild() {
  ASSERT(!restored);
  std::sort(restored_workers.begin(), restored_workers.end(), [](const Worker& a, const Worker& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  std::vector<LiveJob*> all;
  all.reserve(jobs.size());
  jobs.each([&all](LiveJob& live) { all.push_back(&live); });
  std::sort(all.begin(), all.end(), [](const LiveJob* a, const LiveJob* b) {
    return std::tie(a->job.order, a->job.id) < std::tie(b->job.order, b->job.id);
  });
  for (LiveJob* live : all) live->endpoint = &definitions.intern_endpoint(live->job.endpoint);
  for (const Worker& worker : restored_workers) definitions.intern_endpoint(worker.endpoint);
  for (const auto& endpoint : definitions.endpoints())
    if (endpoint->endpoint == nullptr) {  // named by what is left of it; goes with that
      Endpoint gone;
      gone.id = endpoint->id;
      endpoint->endpoint = std::make_shared<const Endpoint>(gone);
      endpoint->deleting = true;
    }
  for (Worker& worker : restored_workers) {
    if (worker.state == WorkerState::busy) worker.state = WorkerState::idle;  // until its jobs are back
    add_worker(worker);
  }
  for (LiveJob* live : all) rebuild_job(*live);
  for (const StreamState& state : restored_streams)
    if (LiveJob* live = find_job(state.job)) streams.restore(*live, state);
  restored_streams = {};
  for (const auto& [row, webhook] : restored_webhooks)
    if (!mutant(Mutant::webhook_lost_on_restore)) webhooks.restore(webhook);
  restored_webhooks = {};
  for (const Worker& worker : restored_workers) {
    LiveWorker& live = *find_worker(worker.id);
    rebuild_turns(live);
    arm(live);
  }
  restored_workers = {};
  for (const auto& endpoint : definitions.endpoints()) {
    endpoint->last_step = call.now();
    endpoint->stale_workers = true;
    if (endpoint->deleting) slice(*endpoint);
    touch(*endpoint);
  }
  definitions.sort_endpoints();
  restored = true;
}

void State::rebuild_job(LiveJob& live) {
  Job& job = live.job;
  LiveEndpoint& endpoint = *live.endpoint;
  endpoint.order_first = std::min(endpoint.order_first, job.order);
  endpoint.order_last = std::max(endpoint.order_last, job.order);
  LiveWorker* worker = job.state == JobState::in_progress ? find_worker(job.worker) : nullptr;
  if (worker != nullptr) {
    live.holder = worker;
    Lease lease;
    lease.job = &live;
    lease.delivered = call.now();
    if (job.not_begun)
      ++endpoint.not_begun;
    else if (!mutant(Mutant::ttl_lost_on_restore))
      lease.timeout = lease_timeout(live);
    worker->leases.push_back(lease);
    count_in_progress(live, +1);
    if (worker->state() == WorkerState::idle) change(*worker, WorkerEvent::leased);
  } else {
    if (job.state == JobState::in_progress) {  // the store lost its holder; we do not lose the job
      job.state = JobState::in_queue;
      job.not_begun = false;
      touch(live);
    }
    job.not_before == Timestamp{} ? endpoint.queue.push_back(live) : endpoint.delayed.push_back(live);
    ++queued_total;
  }
  if (!mutant(Mutant::ttl_lost_on_restore)) deadlines.set(live, next_due(live));
}

}  // namespace pilotlight::core
