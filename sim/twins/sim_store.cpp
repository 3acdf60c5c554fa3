#include "sim/twins/sim_store.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr milliseconds sweep_every{20'000};

template <class Use>
void each_payload(const Job& job, Use&& use) {
  use(job.input);
  use(job.extras);
  use(job.progress);
}

template <class Use>
void each_payload(const FinalJob& job, Use&& use) {
  use(job.input);
  use(job.extras);
  use(job.result);
}

}  // namespace

milliseconds SimStore::duration(const Batch& batch) {
  if (batch.outcome.records.empty()) return milliseconds{0};
  if (!happens(world_.dice.store, world_.faults.slow_commit))
    return between(world_.dice.store, milliseconds{0}, milliseconds{2});
  MARK("sim: slow commit");
  return skewed(world_.dice.store, milliseconds{20}, milliseconds{8'000});
}

void SimStore::commit(const Batch& batch, std::function<void(Outcome)> done) {
  under_way_ = &batch;
  Outcome outcome = Outcome::committed;
  if (!batch.outcome.records.empty()) {
    if (happens(world_.dice.store, world_.faults.full))
      full_until_ =
          world_.schedule.now() + skewed(world_.dice.store, milliseconds{100}, milliseconds{60'000});
    if (full_until_ > world_.schedule.now())
      outcome = Outcome::no_space;
    else if (happens(world_.dice.store, world_.faults.broken))
      outcome = Outcome::broken;
  }
  world_.schedule.after(duration(batch), [this, outcome, life = life_, done = std::move(done)] {
    if (life != life_) return;
    const Batch& finished = *std::exchange(under_way_, nullptr);
    if (outcome == Outcome::committed || (outcome == Outcome::broken && world_.dice.store.chance(30)))
      fold(finished);
    if (outcome == Outcome::no_space) MARK("sim: disk full");
    if (outcome == Outcome::broken) MARK("sim: disk broken");
    done(outcome);
  });
}

void SimStore::crash() {
  ++life_;
  const Batch* batch = std::exchange(under_way_, nullptr);
  if (batch != nullptr && full_until_ <= world_.schedule.now() && world_.dice.store.chance(50)) {
    MARK("sim: commit survives the crash that hid it");
    fold(*batch);
  }
  if (world_.mutant == Mutant::store_skips_sync && synced_) disk_ = *synced_;
}

void SimStore::fold(const Batch& batch) {
  if (world_.mutant == Mutant::store_skips_sync && batch.number % 8 == 0) synced_ = disk_;
  for (const Record& record : batch.outcome.records) fold_record(record);
  expire(batch.now);
  disk_.payloads.check();
  disk_.newest = std::max(disk_.newest, batch.now);
  disk_.durable = batch.number;
}

void SimStore::fold_record(const Record& any) {
  rename(any);
  disk_.image.fold(any);
  fold_stream(any);
  fold_request(any);
  if (const auto* finished = std::get_if<record::JobFinished>(&any)) {
    finish(finished->value);
  } else if (const auto* kept = std::get_if<record::PayloadKept>(&any)) {
    disk_.payloads.kept(kept->ref);
  } else if (const auto* dropped = std::get_if<record::PayloadDropped>(&any)) {
    disk_.payloads.dropped(dropped->ref);
  } else if (const auto* revived = std::get_if<record::JobRevived>(&any)) {
    const auto at = disk_.finals.find(revived->id);
    require(at != disk_.finals.end(), "S2", "job {} is revived but has no final row", revived->id);
    each_payload(at->second, [this](const PayloadRef& ref) { disk_.payloads.name(ref, -1); });
    disk_.finals.erase(at);
  } else if (const auto* webhook = std::get_if<record::WebhookSaved>(&any)) {
    if (webhook->value.state == WebhookState::given_up)
      disk_.webhooks_given_up.emplace(webhook->value.job, webhook->value.outcome);
  } else if (const auto* keyed = std::get_if<record::IdempotencySaved>(&any)) {
    disk_.keys[{keyed->value.endpoint, keyed->value.key.text}] = keyed->value;
  } else if (const auto* shortened = std::get_if<record::RetentionShortened>(&any)) {
    const auto at = disk_.finals.find(shortened->id);
    if (at != disk_.finals.end()) at->second.expires = std::min(at->second.expires, shortened->expires);
  }
}

/// A request names its payloads until it is a job.
void SimStore::fold_request(const Record& any) {
  const auto name = [this](const BatchRequest& request, int step) {
    disk_.payloads.name(request.input, step);
    disk_.payloads.name(request.extras, step);
  };
  const auto remove = [this, &name](const JobId& id) {
    const auto at = disk_.requests.find(id);
    if (at == disk_.requests.end()) return;
    name(at->second, -1);
    disk_.requests.erase(at);
  };
  if (const auto* saved = std::get_if<record::BatchRequestSaved>(&any)) {
    name(saved->value, 1);
    disk_.requests[saved->value.id] = saved->value;
  } else if (const auto* removed = std::get_if<record::BatchRequestRemoved>(&any)) {
    remove(removed->id);
  } else if (const auto* job = std::get_if<record::JobSaved>(&any)) {
    remove(job->value.id);
  } else if (const auto* ended = std::get_if<record::JobFinished>(&any)) {
    remove(ended->value.id);
  }
}

/// Moves the names from what the record replaces to what it says.
void SimStore::rename(const Record& any) {
  PayloadBooks& books = disk_.payloads;
  const auto begin = [&books](const PayloadRef& ref) { books.name(ref, 1); };
  const auto cease = [&books](const PayloadRef& ref) { books.name(ref, -1); };
  if (const auto* saved = std::get_if<record::JobSaved>(&any)) {
    each_payload(saved->value, begin);
    if (const Job* before = disk_.image.job(saved->value.id)) each_payload(*before, cease);
  } else if (const auto* finished = std::get_if<record::JobFinished>(&any)) {
    if (const Job* before = disk_.image.job(finished->value.id)) each_payload(*before, cease);
  } else if (const auto* endpoint = std::get_if<record::EndpointSaved>(&any)) {
    begin(endpoint->value.env);
    if (const auto* before = disk_.image.endpoint(endpoint->value.id)) cease(before->value.env);
  } else if (const auto* removed = std::get_if<record::EndpointRemoved>(&any)) {
    if (const auto* before = disk_.image.endpoint(removed->id)) cease(before->value.env);
  } else if (const auto* saved_template = std::get_if<record::TemplateSaved>(&any)) {
    begin(saved_template->value.env);
    const auto before = disk_.image.templates.find(saved_template->value.id);
    if (before != disk_.image.templates.end()) cease(before->second.env);
  } else if (const auto* gone = std::get_if<record::TemplateRemoved>(&any)) {
    const auto before = disk_.image.templates.find(gone->id);
    if (before != disk_.image.templates.end()) cease(before->second.env);
  }
}

void SimStore::fold_stream(const Record& any) {
  if (const auto* saved = std::get_if<record::StreamSaved>(&any)) {
    const JobId& job = saved->value.job;
    if (disk_.image.job(job) != nullptr || disk_.finals.contains(job)) disk_.streams[job] = saved->value;
  } else if (const auto* chunk = std::get_if<record::ChunkSaved>(&any)) {
    disk_.payloads.kept(chunk->chunk);
    disk_.payloads.name(chunk->chunk, 1);
    disk_.chunks[chunk->job].push_back(*chunk);
  } else if (const auto* dropped = std::get_if<record::ChunksDropped>(&any)) {
    for (const record::ChunkSaved& one : disk_.chunks[dropped->job]) {
      disk_.payloads.name(one.chunk, -1);
      disk_.payloads.dropped(one.chunk);
    }
    disk_.chunks.erase(dropped->job);
  }
}

std::optional<StreamState> SimStore::stream(const JobId& id) const {
  const auto at = disk_.streams.find(id);
  return at == disk_.streams.end() ? std::nullopt : std::optional(at->second);
}

std::optional<Idempotency> SimStore::idempotency(const EndpointId& endpoint, const std::string& key,
                                                 Timestamp now) const {
  const auto at = disk_.keys.find({endpoint, key});
  if (at == disk_.keys.end() || at->second.expires <= now) return std::nullopt;
  return at->second;
}

std::vector<RowNumber> SimStore::chunks(const JobId& id, std::uint32_t run, std::uint32_t from,
                                        std::uint32_t to) {
  std::vector<RowNumber> found;
  const auto at = disk_.chunks.find(id);
  if (at == disk_.chunks.end()) return found;
  for (const record::ChunkSaved& one : at->second) {
    if (one.run != run || one.number < from || one.number >= to) continue;
    if (!found.empty() && world_.dice.store.chance(20)) break;
    found.push_back(one.chunk.number);
  }
  return found;
}

void SimStore::finish(const FinalJob& job) {
  each_payload(job, [this](const PayloadRef& ref) { disk_.payloads.name(ref, 1); });
  const bool fresh = disk_.finals.emplace(job.id, job).second;
  require(fresh && !disk_.expired.contains(job.id), "S2", "job {} has two final rows", job.id);
}

void SimStore::expire(Timestamp now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_every;
  std::erase_if(disk_.keys,
                [now](const auto& item) { return item.second.expires + final_row_outlives_expiry <= now; });
  std::erase_if(disk_.finals, [this, now](const auto& item) {
    const FinalJob& job = item.second;
    if (job.expires + final_row_outlives_expiry > now) return false;
    if (disk_.image.webhooks.contains(job.id)) {
      MARK("sim: webhook keeps an expired row");
      return false;
    }
    each_payload(job, [this](const PayloadRef& ref) { disk_.payloads.expired(ref); });
    for (const record::ChunkSaved& one : disk_.chunks[job.id]) disk_.payloads.expired(one.chunk);
    disk_.chunks.erase(job.id);
    disk_.streams.erase(job.id);
    disk_.expired.emplace(job.id, job.expires);
    MARK("sim: final row expires");
    return true;
  });
}

std::vector<Record> SimStore::load() {
  std::vector<Record> all;
  const Image& image = disk_.image;
  for (const auto& [id, value] : image.templates) all.push_back(record::TemplateSaved{value});
  for (const auto& [id, entry] : image.endpoints)
    all.push_back(record::EndpointSaved{entry.value, entry.deleting});
  for (const auto& [id, entry] : image.volumes)
    all.push_back(record::VolumeSaved{entry.value, entry.removing});
  for (const auto& [id, key] : image.keys)
    if (id == first_key)
      all.push_back(record::ApiKeySaved{key.sha256_hex, key.account, key.made, key.used});
    else
      all.push_back(record::KeySaved{key});
  if (image.settings) all.push_back(record::AccountSaved{*image.settings});
  for (const auto& [id, value] : image.registries) all.push_back(record::RegistrySaved{value});
  for (const auto& [id, value] : image.secrets) all.push_back(record::SecretSaved{value});
  for (const auto& [id, value] : image.counters) all.push_back(value);
  for (const auto& [id, value] : image.workers) all.push_back(record::WorkerSaved{value});
  std::vector<const Job*> jobs;
  for (const auto& [id, job] : image.jobs) jobs.push_back(&job);
  std::sort(jobs.begin(), jobs.end(), [](const Job* a, const Job* b) { return a->id < b->id; });
  for (std::size_t i = jobs.size(); i > 1; --i) std::swap(jobs[i - 1], jobs[world_.dice.store.below(i)]);
  for (const Job* job : jobs) {
    if (const auto streamed = stream(job->id)) all.push_back(record::StreamSaved{*streamed});
    all.push_back(record::JobSaved{*job});
    if (world_.mutant != Mutant::store_forgets_leases || job->state != JobState::in_progress) continue;
    Job& forgotten = std::get<record::JobSaved>(all.back()).value;
    forgotten.state = JobState::in_queue;
    forgotten.holders.clear();
  }
  for (const auto& [id, webhook] : image.webhooks) all.push_back(record::WebhookSaved{webhook, {}});
  return all;
}

std::optional<FinalJob> SimStore::final_job(const JobId& id, Timestamp now) const {
  const auto at = disk_.finals.find(id);
  if (at == disk_.finals.end() || at->second.expires <= now) return std::nullopt;
  return at->second;
}

bool SimStore::accepts_jobs() const {
  return full_until_ <= world_.schedule.now();
}

void SimStore::write_file(const PayloadRef& ref) {
  disk_.payloads.file_written(ref, world_.engine.starts());
}

void SimStore::discard_file(const PayloadRef& ref) {
  disk_.payloads.file_discarded(ref);
  disk_.payloads.check();
}

void SimStore::heal() {
  full_until_ = world_.schedule.now();
}

}  // namespace pilotlight::sim
