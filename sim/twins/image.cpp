#include "sim/twins/image.hpp"

namespace pilotlight::sim {

void Image::count(const Job& job, int step) {
  const auto at = endpoints.find(job.endpoint);
  if (at == endpoints.end()) return;
  auto& number = job.state == JobState::in_queue ? at->second.queued : at->second.running;
  number += static_cast<std::uint64_t>(static_cast<std::int64_t>(step));
}

void Image::fold(const Record& any) {
  struct Fold {
    Image& image;
    void operator()(const record::TemplateSaved& r) { image.templates[r.value.id] = r.value; }
    void operator()(const record::TemplateRemoved& r) { image.templates.erase(r.id); }
    void operator()(const record::EndpointSaved& r) {
      EndpointEntry& entry = image.endpoints[r.value.id];
      entry.value = r.value;
      entry.deleting = r.deleting;
    }
    void operator()(const record::EndpointRemoved& r) {
      image.endpoints.erase(r.id);
      image.counters.erase(r.id);
      image.recount.erase(r.id);
    }
    void operator()(const record::VolumeSaved& r) { image.volumes[r.value.id] = {r.value, r.removing}; }
    void operator()(const record::VolumeRemoved& r) { image.volumes.erase(r.id); }
    void operator()(const record::ApiKeySaved& r) { image.keys[first_key] = r.value(); }
    void operator()(const record::KeySaved& r) { image.keys[r.value.id] = r.value; }
    void operator()(const record::KeyRemoved& r) { image.keys.erase(r.id); }
    void operator()(const record::AccountSaved& r) { image.settings = r.value; }
    void operator()(const record::RegistrySaved& r) { image.registries[r.value.id] = r.value; }
    void operator()(const record::RegistryRemoved& r) { image.registries.erase(r.id); }
    void operator()(const record::SecretSaved& r) { image.secrets[r.value.id] = r.value; }
    void operator()(const record::SecretRemoved& r) { image.secrets.erase(r.id); }
    void operator()(const record::CountersSaved& r) { image.counters[r.endpoint] = r; }
    void operator()(const record::WorkerSaved& r) { image.workers[r.value.id] = r.value; }
    void operator()(const record::WorkerRemoved& r) { image.workers.erase(r.id); }
    void operator()(const record::JobSaved& r) {
      const auto [at, fresh] = image.jobs.try_emplace(r.value.id);
      record::CountersSaved& sums = image.sums(r.value.endpoint);
      sums.submitted += fresh;
      if (!fresh) {
        image.count(at->second, -1);
        sums.retried += r.value.retries > at->second.retries;
      }
      at->second = r.value;
      image.count(at->second, 1);
    }
    void operator()(const record::JobFinished& r) {
      const auto at = image.jobs.find(r.value.id);
      if (at == image.jobs.end()) return;
      record::CountersSaved& sums = image.sums(r.value.endpoint);
      sums.completed += r.value.state == JobState::completed;
      sums.failed += r.value.state == JobState::failed;
      sums.cancelled += r.value.state == JobState::cancelled;
      sums.timed_out += r.value.state == JobState::timed_out;
      image.count(at->second, -1);
      image.jobs.erase(at);
    }
    void operator()(const record::JobRevived& r) { image.webhooks.erase(r.id); }
    void operator()(const record::WebhookSaved& r) {
      if (r.value.state == WebhookState::open)
        image.webhooks[r.value.job] = r.value;
      else
        image.webhooks.erase(r.value.job);
    }
    void operator()(const record::StreamSaved&) {}
    void operator()(const record::ChunkSaved&) {}
    void operator()(const record::ChunksDropped&) {}
    void operator()(const record::BatchSaved&) {}
    void operator()(const record::BatchRequestSaved&) {}
    void operator()(const record::BatchRequestRemoved&) {}
    void operator()(const record::IdempotencySaved&) {}
    void operator()(const record::RetentionShortened&) {}
    void operator()(const record::PayloadKept&) {}
    void operator()(const record::PayloadDropped&) {}
  };
  std::visit(Fold{*this}, any);
}

record::CountersSaved& Image::sums(const EndpointId& endpoint) {
  record::CountersSaved& all = recount[endpoint];
  all.endpoint = endpoint;
  return all;
}

const Job* Image::job(const JobId& id) const {
  const auto at = jobs.find(id);
  return at == jobs.end() ? nullptr : &at->second;
}

const Worker* Image::worker(const WorkerId& id) const {
  const auto at = workers.find(id);
  return at == workers.end() ? nullptr : &at->second;
}

const Image::EndpointEntry* Image::endpoint(const EndpointId& id) const {
  const auto at = endpoints.find(id);
  return at == endpoints.end() ? nullptr : &at->second;
}

std::uint64_t Image::queued() const {
  std::uint64_t sum = 0;
  for (const auto& [id, entry] : endpoints) sum += entry.queued;
  return sum;
}

std::uint64_t Image::running() const {
  std::uint64_t sum = 0;
  for (const auto& [id, entry] : endpoints) sum += entry.running;
  return sum;
}

std::uint64_t Image::holds(const WorkerId& worker) const {
  std::uint64_t sum = 0;
  for (const auto& [id, job] : jobs) sum += job.state == JobState::in_progress && job.worker == worker;
  return sum;
}

}  // namespace pilotlight::sim
