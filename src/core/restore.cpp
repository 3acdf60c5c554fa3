// From records back to the running state.
#include <algorithm>
#include <tuple>

#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "core/volume_rules.hpp"

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

/// Puts the jobs that wait at the worker in the order of their delivery, which was that of the queue.
void rebuild_turns(LiveWorker& worker) {
  std::stable_sort(worker.leases.begin(), worker.leases.end(), [](const Lease& a, const Lease& b) {
    const Job &one = a.job->job, &other = b.job->job;
    return std::tie(one.not_begun, other.priority) < std::tie(other.not_begun, one.priority);
  });
}

}  // namespace

/// Only stores what it is given: records may come in any order, so that ties between things are made in
/// `rebuild`.
void Dispatch::restore(const Record& record) {
  ASSERT(!restored_);
  std::visit(
      Overloaded{
          [this](const record::TemplateSaved& r) {
            definitions_.remove_template(r.value.id);
            definitions_.put(r.value);
          },
          [this](const record::TemplateRemoved& r) { definitions_.remove_template(r.id); },
          [this](const record::EndpointSaved& r) {
            LiveEndpoint& endpoint = definitions_.intern_endpoint(r.value.id);
            endpoint.endpoint = std::make_shared<const Endpoint>(r.value);
            endpoint.deleting = r.deleting;
          },
          [this](const record::EndpointRemoved& r) { definitions_.remove_endpoint(r.id); },
          [this](const record::VolumeSaved& r) {
            r.removing ? definitions_.volumes().begin_removal(r.value)
                       : void(definitions_.volumes().put(r.value));
          },
          [this](const record::VolumeRemoved& r) { definitions_.volumes().forget(r.id); },
          [](const record::ApiKeySaved&) {},
          [](const record::KeySaved&) {},
          [](const record::KeyRemoved&) {},
          [](const record::AccountSaved&) {},
          [this](const record::CountersSaved& r) { definitions_.intern_endpoint(r.endpoint).counters = r; },
          [this](const record::WorkerSaved& r) {
            const auto known = place_of(restored_workers_, r.value.id);
            known == restored_workers_.end() ? restored_workers_.push_back(r.value) : void(*known = r.value);
          },
          [this](const record::WorkerRemoved& r) {
            const auto known = place_of(restored_workers_, r.id);
            if (known != restored_workers_.end()) restored_workers_.erase(known);
          },
          [this](const record::JobSaved& r) {
            LiveJob* live = jobs_.find(r.value.id.row());
            (live != nullptr ? *live : jobs_.make(r.value.id.row())).job = r.value;
          },
          [this](const record::JobFinished& r) {
            if (LiveJob* live = jobs_.find(r.value.id.row())) jobs_.release(*live);
          },
          [](const record::JobRevived&) {},
          [this](const record::StreamSaved& r) { restored_streams_.push_back(r.value); },
          [this](const record::WebhookSaved& r) {
            const RowNumber row = r.value.job.row();
            r.value.state == WebhookState::open ? void(restored_webhooks_[row] = r.value)
                                                : void(restored_webhooks_.erase(row));
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
          [](const record::RegistrySaved&) {},
          [](const record::RegistryRemoved&) {},
          [](const record::SecretSaved&) {},
          [](const record::SecretRemoved&) {},
      },
      record);
}

void Dispatch::rebuild() {
  ASSERT(!restored_);
  std::sort(restored_workers_.begin(), restored_workers_.end(), [](const Worker& a, const Worker& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  std::vector<LiveJob*> all;
  all.reserve(jobs_.size());
  jobs_.each([&all](LiveJob& live) { all.push_back(&live); });
  std::sort(all.begin(), all.end(), [](const LiveJob* a, const LiveJob* b) {
    return std::tie(a->job.order, a->job.id) < std::tie(b->job.order, b->job.id);
  });
  for (LiveJob* live : all) live->endpoint = &definitions_.intern_endpoint(live->job.endpoint);
  for (const Worker& worker : restored_workers_) definitions_.intern_endpoint(worker.endpoint);
  for (const auto& endpoint : definitions_.endpoints())
    if (endpoint->endpoint == nullptr) {  // named by what is left of it; goes with that
      Endpoint gone;
      gone.id = endpoint->id;
      endpoint->endpoint = std::make_shared<const Endpoint>(gone);
      endpoint->deleting = true;
    }
  for (Worker& worker : restored_workers_) {
    if (worker.state == WorkerState::busy) worker.state = WorkerState::idle;  // until its jobs are back
    add_worker(worker);
  }
  for (LiveJob* live : all) rebuild_job(*live);
  for (const StreamState& state : restored_streams_)
    if (LiveJob* live = find_job(state.job)) streams_.restore(*live, state);
  restored_streams_ = {};
  for (const auto& [row, webhook] : restored_webhooks_)
    if (!mutant(Mutant::webhook_lost_on_restore)) webhooks_.restore(webhook);
  restored_webhooks_ = {};
  for (const Worker& worker : restored_workers_) {
    LiveWorker& live = *find_worker(worker.id);
    rebuild_turns(live);
    arm(live);
  }
  restored_workers_ = {};
  for (const auto& endpoint : definitions_.endpoints()) {
    endpoint->last_step = call_.now();
    endpoint->stale_workers = true;
    if (endpoint->deleting) slice(*endpoint);
    touch(*endpoint);
  }
  definitions_.sort();
  restore_folders(definitions_.volumes(), call_);
  restored_ = true;
}

void Dispatch::rebuild_job(LiveJob& live) {
  Job& job = live.job;
  LiveEndpoint& endpoint = *live.endpoint;
  endpoint.order_first = std::min(endpoint.order_first, job.order);
  endpoint.order_last = std::max(endpoint.order_last, job.order);
  LiveWorker* worker = job.state == JobState::in_progress ? find_worker(job.worker) : nullptr;
  if (worker != nullptr) {
    live.holder = worker;
    Lease lease;
    lease.job = &live;
    lease.delivered = call_.now();
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
    ++queued_total_;
  }
  if (!mutant(Mutant::ttl_lost_on_restore)) deadlines_.set(live, next_due(live));
}

}  // namespace pilotlight::core
