#include "store/memory/memory_store.hpp"

#include <algorithm>

#include "store/checked.hpp"

namespace pilotlight::store {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

Result<void> MemoryStore::refused() const {
  if (broken) return refusal(Errc::io, "the disk is broken");
  if (full) return refusal(Errc::no_space, "the disk is full");
  return {};
}

Result<void> MemoryStore::accepts_jobs() {
  return full ? refused() : Result<void>();
}

Result<Loaded> MemoryStore::load(const std::function<void(Record)>& each) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, record] : things_) each(record);
  for (const auto& [row, job] : live_) each(record::JobSaved{job});
  for (const auto& [row, stream] : streams_)
    if (live_.contains(row)) each(record::StreamSaved{stream});
  for (const auto& [row, log] : webhooks_)
    if (log.webhook.state == WebhookState::open) each(record::WebhookSaved{log.webhook, {}});
  return marks_;
}

Result<void> MemoryStore::commit(Timestamp now, std::span<const Record> records,
                                 std::span<const StoredPayload> payloads) {
  const std::lock_guard lock(mutex_);
  if (auto r = refused(); !r) return r;
  for (const StoredPayload& payload : payloads) payloads_[payload.ref.number] = payload.body;
  for (const Record& record : records) apply(record);
  marks_.newest = std::max(marks_.newest, now);
  return {};
}

void MemoryStore::apply(const Record& record) {
  const auto put = [&](char kind, std::string_view key) { things_[kind + std::string(key)] = record; };
  const auto remove = [&](char kind, std::string_view key) { things_.erase(kind + std::string(key)); };
  const auto seen = [&](RowNumber row) { marks_.row_highest = std::max(marks_.row_highest, row); };
  std::visit(Overloaded{
                 [&](const record::TemplateSaved& r) { put('1', r.value.id.view()); },
                 [&](const record::TemplateRemoved& r) { remove('1', r.id.view()); },
                 [&](const record::EndpointSaved& r) { put('2', r.value.id.view()); },
                 [&](const record::EndpointRemoved& r) {
                   remove('2', r.id.view());
                   remove('4', r.id.view());
                 },
                 [&](const record::ApiKeySaved&) { put('3', "account"); },
                 [&](const record::KeySaved& r) { put('7', r.value.id.view()); },
                 [&](const record::KeyRemoved& r) { remove('7', r.id.view()); },
                 [&](const record::AccountSaved&) { put('8', "account"); },
                 [&](const record::VolumeSaved& r) { put('9', r.value.id.view()); },
                 [&](const record::VolumeRemoved& r) { remove('9', r.id.view()); },
                 [&](const record::RegistrySaved& r) { put('r', r.value.id.view()); },
                 [&](const record::RegistryRemoved& r) { remove('r', r.id.view()); },
                 [&](const record::SecretSaved& r) { put('s', r.value.id.view()); },
                 [&](const record::SecretRemoved& r) { remove('s', r.id.view()); },
                 [&](const record::CountersSaved& r) { put('4', r.endpoint.view()); },
                 [&](const record::WorkerSaved& r) { put('5', r.value.id.view()); },
                 [&](const record::WorkerRemoved& r) { remove('5', r.id.view()); },
                 [&](const record::JobSaved& r) {
                   live_[r.value.id.row()] = r.value;
                   seen(r.value.id.row());
                 },
                 [&](const record::JobFinished& r) {
                   live_.erase(r.value.id.row());
                   final_[r.value.id.row()] = r.value;
                   seen(r.value.id.row());
                 },
                 [&](const record::StreamSaved& r) {
                   const RowNumber row = r.value.job.row();
                   if (live_.contains(row) || final_.contains(row)) streams_[row] = r.value;
                 },
                 [&](const record::ChunkSaved& r) {
                   add_chunk(r);
                   seen(r.chunk.number);
                 },
                 [&](const record::ChunksDropped& r) { drop_chunks(r.job.row()); },
                 [&](const record::WebhookSaved& r) { keep(r); },
                 [&](const record::JobRevived& r) {
                   final_.erase(r.id.row());
                   webhooks_.erase(r.id.row());
                 },
                 [&](const record::RetentionShortened& r) {
                   const auto found = final_.find(r.id.row());
                   if (found != final_.end())
                     found->second.expires = std::min(found->second.expires, r.expires);
                 },
                 [&](const record::BatchSaved& r) {
                   batches_[r.value.number] = r.value;
                   seen(r.value.number);
                 },
                 [&](const record::BatchRequestSaved& r) {
                   requests_[{r.value.batch, r.value.id.row()}] = r.value;
                   seen(r.value.id.row());
                 },
                 [&](const record::BatchRequestRemoved& r) {
                   requests_.erase({r.batch, r.id.row()});
                 },
                 [&](const record::IdempotencySaved& r) { keep(r.value); },
                 [&](const record::PayloadKept& r) { seen(r.ref.number); },
                 [&](const record::PayloadDropped& r) { drop(r.ref); },
             },
             record);
}

void MemoryStore::keep(const Idempotency& value) {
  idempotency_[{value.endpoint.text(), value.key.text}] = value;
}

void MemoryStore::keep(const record::WebhookSaved& saved) {
  WebhookLog& log = webhooks_[saved.value.job.row()];
  log.webhook = saved.value;
  if (saved.attempt && log.attempts.size() < saved.value.attempts) log.attempts.push_back(*saved.attempt);
}

void MemoryStore::drop(const PayloadRef& ref) {
  payloads_.erase(ref.number);
  files_.erase(ref.number);
}

void MemoryStore::add_chunk(const record::ChunkSaved& chunk) {
  auto& chunks = chunks_[chunk.job.row()];
  const bool fresh = std::none_of(chunks.begin(), chunks.end(), [&](const auto& old) {
    return old.run == chunk.run && old.number == chunk.number;
  });
  if (fresh) chunks.push_back(chunk);
}

void MemoryStore::drop_chunks(RowNumber job) {
  for (const record::ChunkSaved& saved : chunks_[job]) drop(saved.chunk);
  chunks_.erase(job);
}

void MemoryStore::remove_expired_batches(Timestamp now) {
  std::erase_if(requests_, [&](const auto& entry) {
    const BatchRequest& request = entry.second;
    if (batches_[request.batch].expires > now) return false;
    if (!live_.contains(request.id.row()) && !final_.contains(request.id.row()))
      for (const PayloadRef& ref : {request.input, request.extras}) drop(ref);
    return true;
  });
  std::erase_if(batches_, [now](const auto& entry) { return entry.second.expires <= now; });
}

void MemoryStore::maintain(Timestamp now) {
  const std::lock_guard lock(mutex_);
  remove_expired_batches(now - final_row_outlives_expiry);
  std::erase_if(idempotency_,
                [now](const auto& entry) { return entry.second.expires <= now - final_row_outlives_expiry; });
  std::erase_if(final_, [&](const auto& entry) {
    if (entry.second.expires > now - final_row_outlives_expiry) return false;
    const auto webhook = webhooks_.find(entry.first);
    if (webhook != webhooks_.end() && webhook->second.webhook.state == WebhookState::open) return false;
    for (const PayloadRef& ref : {entry.second.input, entry.second.extras, entry.second.result}) drop(ref);
    drop_chunks(entry.first);
    streams_.erase(entry.first);
    webhooks_.erase(entry.first);
    return true;
  });
}

Result<void> MemoryStore::write_file(const PayloadRef& ref, const Body& body) {
  const std::lock_guard lock(mutex_);
  if (auto r = refused(); !r) return r;
  files_[ref.number] = body;
  return {};
}

void MemoryStore::discard_file(const PayloadRef& ref) {
  const std::lock_guard lock(mutex_);
  files_.erase(ref.number);
}

Result<Body> MemoryStore::read(const PayloadRef& ref) {
  const std::lock_guard lock(mutex_);
  const auto& from = ref.place == PayloadPlace::file ? files_ : payloads_;
  const auto found = from.find(ref.number);
  if (found == from.end()) return refusal(Errc::not_found, "this payload is no longer kept");
  return checked(ref, found->second);
}

void MemoryStore::damage(RowNumber number, const Body& body) {
  const std::lock_guard lock(mutex_);
  for (auto* bodies : {&payloads_, &files_}) {
    const auto found = bodies->find(number);
    if (found == bodies->end()) continue;
    if (body)
      found->second = body;
    else
      bodies->erase(found);
  }
}

Result<std::optional<FinalJob>> MemoryStore::final_job(JobId id, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = final_.find(id.row());
  if (found == final_.end() || found->second.id != id || found->second.expires <= now)
    return std::optional<FinalJob>();
  return std::optional<FinalJob>(found->second);
}

Result<std::optional<RowNumber>> MemoryStore::scan_jobs(const JobScan& scan, Timestamp now,
                                                        const std::function<bool(const StoredJob&)>& each) {
  std::map<RowNumber, StoredJob, std::greater<>> rows;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [row, job] : live_) rows.emplace(row, job);
    for (const auto& [row, job] : final_) rows.emplace(row, job);
  }
  std::size_t looked_at = 0;
  bool wanted = true;
  RowNumber last = 0;
  for (const auto& [row, job] : rows) {
    if (row >= scan.below || row < scan.from) continue;
    if (!wanted || looked_at == scan.rows_max) return std::optional(last);
    ++looked_at;
    last = row;
    const auto* ended = std::get_if<FinalJob>(&job);
    if (ended == nullptr || ended->expires > now) wanted = each(job);
  }
  return std::optional<RowNumber>();
}

std::optional<StoredJob> MemoryStore::job(const JobId& id, Timestamp now) const {
  if (const auto live = live_.find(id.row()); live != live_.end()) return live->second;
  const auto ended = final_.find(id.row());
  if (ended == final_.end() || ended->second.expires <= now) return std::nullopt;
  return ended->second;
}

Result<std::optional<Batch>> MemoryStore::batch(RowNumber number, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = batches_.find(number);
  const bool there = found != batches_.end() && found->second.expires > now;
  return there ? std::optional(found->second) : std::optional<Batch>();
}

Result<std::vector<Batch>> MemoryStore::batches(const EndpointId& endpoint, Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::vector<Batch> all;
  for (auto at = batches_.rbegin(); at != batches_.rend(); ++at)
    if (at->second.endpoint == endpoint && at->second.expires > now) all.push_back(at->second);
  return all;
}

Result<std::vector<BatchEntry>> MemoryStore::batch_requests(RowNumber number, std::size_t skip,
                                                            std::size_t most, Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::vector<BatchEntry> all;
  for (auto at = requests_.lower_bound({number, 0}); at != requests_.end() && at->first.first == number;
       ++at) {
    if (skip > 0)
      --skip;
    else if (all.size() < most)
      all.push_back({at->second, job(at->second.id, now)});
  }
  return all;
}

Result<std::optional<BatchEntry>> MemoryStore::batch_request(RowNumber number, JobId id, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = requests_.find({number, id.row()});
  if (found == requests_.end() || found->second.id != id) return std::optional<BatchEntry>();
  return std::optional(BatchEntry{found->second, job(id, now)});
}

Result<std::optional<Idempotency>> MemoryStore::idempotency(const EndpointId& endpoint, std::string_view key,
                                                            Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = idempotency_.find({endpoint.text(), std::string(key)});
  const bool there = found != idempotency_.end() && found->second.expires > now;
  return there ? std::optional(found->second) : std::optional<Idempotency>();
}

Result<std::optional<StreamState>> MemoryStore::stream(JobId id) {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(id.row());
  return found == streams_.end() ? std::optional<StreamState>() : std::optional(found->second);
}

Result<std::optional<WebhookLog>> MemoryStore::webhook(JobId id) {
  const std::lock_guard lock(mutex_);
  const auto found = webhooks_.find(id.row());
  if (found == webhooks_.end() || found->second.webhook.job != id) return std::optional<WebhookLog>();
  return std::optional(found->second);
}

Result<std::vector<Body>> MemoryStore::chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                              std::uint32_t to) {
  const std::lock_guard lock(mutex_);
  std::vector<Body> bodies;
  std::uint64_t bytes = 0;
  for (const record::ChunkSaved& saved : chunks_[id.row()]) {
    if (saved.run != run || saved.number < from || saved.number >= to) continue;
    bytes += saved.chunk.bytes;
    if (!bodies.empty() && bytes > chunk_bytes_per_read) break;
    const auto& from_where = saved.chunk.place == PayloadPlace::file ? files_ : payloads_;
    const auto found = from_where.find(saved.chunk.number);
    if (found == from_where.end()) return chunks_lost(id.row());
    Result<Body> body = checked(saved.chunk, found->second);
    if (!body) return body.error();
    bodies.push_back(std::move(*body));
  }
  return bodies;
}

}  // namespace pilotlight::store
