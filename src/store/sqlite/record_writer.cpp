#include "store/sqlite/record_writer.hpp"

#include <algorithm>
#include <utility>

#include "domain/record.hpp"
#include "store/codec.hpp"

namespace pilotlight::store {
Result<void> RecordWriter::prepare(Database& database) {
  database_ = &database;
  const std::pair<Statement*, const char*> all[] = {
      {&update_thing_, "UPDATE thing SET record = ?3 WHERE kind = ?1 AND key = ?2"},
      {&put_thing_, "INSERT INTO thing VALUES(?1, ?2, ?3)"},
      {&remove_thing_, "DELETE FROM thing WHERE kind = ?1 AND key = ?2"},
      {&put_live_, "INSERT INTO live_job VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET record = ?2"},
      {&remove_live_, "DELETE FROM live_job WHERE row = ?1"},
      {&put_final_,
       "INSERT INTO final_job VALUES(?1, ?2, ?3, ifnull(?4, (SELECT input FROM live_job WHERE row = ?1)), "
       "NULL) "
       "ON CONFLICT DO UPDATE SET expires = ?2, record = ?3"},
      {&revive_,
       "INSERT OR IGNORE INTO live_job SELECT row, zeroblob(0), input FROM final_job WHERE row = ?1"},
      {&shorten_, "UPDATE final_job SET expires = min(expires, ?2) WHERE row = ?1"},
      {&put_payload_, "INSERT OR REPLACE INTO payload VALUES(?1, ?2)"},
      {&remove_payload_, "DELETE FROM payload WHERE number = ?1"},
      {&expired_,
       "SELECT row, record FROM final_job WHERE expires <= ?1 AND held IS NULL ORDER BY expires LIMIT ?2"},
      {&remove_final_, "DELETE FROM final_job WHERE row = ?1"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  if (auto prepared = files_.prepare(database); !prepared) return prepared.error();
  if (auto prepared = streams_.prepare(database, files_); !prepared) return prepared.error();
  if (auto prepared = batches_.prepare(database); !prepared) return prepared.error();
  if (auto prepared = idempotency_.prepare(database); !prepared) return prepared.error();
  return webhooks_.prepare(database);
}

template <class R>
bool RecordWriter::put_thing(ThingKind kind, std::string_view name, const R& record) {
  const auto run = [&](Statement& statement) {
    return statement.bind(1, static_cast<std::int64_t>(kind))
        .bind_text(2, name)
        .bind(3, std::string_view(stored_))
        .run();
  };
  to_stored(record, stored_);
  if (!run(update_thing_)) return false;
  if (sqlite3_changes(database_->handle()) > 0) return true;
  if (kind != ThingKind::marks) ++marks_.rows->things;
  return run(put_thing_);
}

bool RecordWriter::insert(Statement& statement, std::int64_t& rows) {
  // Changes of a row that is there leave this number as it is.
  sqlite3_set_last_insert_rowid(database_->handle(), 0);
  if (!statement.run()) return false;
  if (sqlite3_last_insert_rowid(database_->handle()) != 0) ++rows;
  return true;
}

bool RecordWriter::remove(Statement& statement, std::int64_t& rows) {
  if (!statement.run()) return false;
  rows -= sqlite3_changes(database_->handle());
  return true;
}

bool RecordWriter::remove_thing(ThingKind kind, std::string_view name) {
  return remove(remove_thing_.bind(1, static_cast<std::int64_t>(kind)).bind_text(2, name),
                marks_.rows->things);
}

bool RecordWriter::drop(const PayloadRef& ref, std::vector<RowNumber>& dead_files) {
  switch (ref.place) {
    case PayloadPlace::none: return true;
    case PayloadPlace::row: return remove_payload_.bind(1, key(ref.number)).run();
    case PayloadPlace::file: dead_files.push_back(ref.number); return files_.remove(ref.number);
  }
  return true;
}

struct RecordWriter::Visitor {
  RecordWriter& w;
  std::vector<RowNumber>& dead_files;

  bool operator()(const record::TemplateSaved& r) {
    return w.put_thing(ThingKind::template_, r.value.id.view(), r);
  }
  bool operator()(const record::TemplateRemoved& r) {
    return w.remove_thing(ThingKind::template_, r.id.view());
  }
  bool operator()(const record::EndpointSaved& r) {
    return w.put_thing(ThingKind::endpoint, r.value.id.view(), r);
  }
  bool operator()(const record::EndpointRemoved& r) {
    return w.remove_thing(ThingKind::endpoint, r.id.view()) &&
           w.remove_thing(ThingKind::counters, r.id.view());
  }
  bool operator()(const record::ApiKeySaved& r) { return w.put_thing(ThingKind::api_key, "account", r); }
  bool operator()(const record::KeySaved& r) {
    return w.put_thing(ThingKind::later_key, r.value.id.view(), r);
  }
  bool operator()(const record::KeyRemoved& r) { return w.remove_thing(ThingKind::later_key, r.id.view()); }
  bool operator()(const record::AccountSaved& r) { return w.put_thing(ThingKind::account, "account", r); }
  bool operator()(const record::RegistrySaved& r) {
    return w.put_thing(ThingKind::registry, r.value.id.view(), r);
  }
  bool operator()(const record::RegistryRemoved& r) {
    return w.remove_thing(ThingKind::registry, r.id.view());
  }
  bool operator()(const record::SecretSaved& r) {
    return w.put_thing(ThingKind::secret, r.value.id.view(), r);
  }
  bool operator()(const record::SecretRemoved& r) { return w.remove_thing(ThingKind::secret, r.id.view()); }
  bool operator()(const record::VolumeSaved& r) {
    return w.put_thing(ThingKind::volume, r.value.id.view(), r);
  }
  bool operator()(const record::VolumeRemoved& r) { return w.remove_thing(ThingKind::volume, r.id.view()); }
  bool operator()(const record::CountersSaved& r) {
    return w.put_thing(ThingKind::counters, r.endpoint.view(), r);
  }
  bool operator()(const record::WorkerSaved& r) {
    return w.put_thing(ThingKind::worker, r.value.id.view(), r);
  }
  bool operator()(const record::WorkerRemoved& r) { return w.remove_thing(ThingKind::worker, r.id.view()); }
  bool operator()(const record::JobSaved& r) {
    const RowNumber row = r.value.id.row();
    w.raise_row_highest(row);
    w.put_live_.bind(1, key(row)).bind(2, to_stored(r, w.stored_)).bind(3, w.take_beside(r.value.input, row));
    return w.insert(w.put_live_, w.marks_.rows->live_jobs);
  }
  bool operator()(const record::JobFinished& r) {
    const RowNumber row = r.value.id.row();
    w.raise_row_highest(row);
    w.put_final_.bind(1, key(row))
        .bind(2, to_ms(r.value.expires))
        .bind(3, to_stored(r, w.stored_))
        .bind(4, w.take_beside(r.value.input, row));
    return w.insert(w.put_final_, w.marks_.rows->final_jobs) &&
           w.remove(w.remove_live_.bind(1, key(row)), w.marks_.rows->live_jobs);
  }
  bool operator()(const record::StreamSaved& r) { return w.streams_.put(r); }
  bool operator()(const record::ChunkSaved& r) {
    w.raise_row_highest(r.chunk.number);
    return w.streams_.put(r, w.take(r.chunk.number));
  }
  bool operator()(const record::ChunksDropped& r) { return w.streams_.drop_chunks(r.job.row(), dead_files); }
  bool operator()(const record::WebhookSaved& r) { return w.webhooks_.put(r); }
  bool operator()(const record::BatchSaved& r) {
    w.raise_row_highest(r.value.number);
    return w.batches_.put(r);
  }
  bool operator()(const record::BatchRequestSaved& r) {
    w.raise_row_highest(r.value.id.row());
    return w.batches_.put(r);
  }
  bool operator()(const record::BatchRequestRemoved& r) { return w.batches_.remove(r); }
  bool operator()(const record::IdempotencySaved& r) { return w.idempotency_.put(r); }
  bool operator()(const record::JobRevived& r) {
    const std::int64_t row = key(r.id.row());
    return w.insert(w.revive_.bind(1, row), w.marks_.rows->live_jobs) &&
           w.remove(w.remove_final_.bind(1, row), w.marks_.rows->final_jobs) &&
           w.webhooks_.remove(r.id.row());
  }
  bool operator()(const record::RetentionShortened& r) {
    return w.shorten_.bind(1, key(r.id.row())).bind(2, to_ms(r.expires)).run();
  }
  bool operator()(const record::PayloadKept& r) {
    w.raise_row_highest(r.ref.number);
    return r.ref.place != PayloadPlace::file || w.files_.put(r.ref.number);
  }
  bool operator()(const record::PayloadDropped& r) { return w.drop(r.ref, dead_files); }
};

bool RecordWriter::write(std::span<const Record> records, std::span<const StoredPayload> payloads,
                         std::vector<RowNumber>& dead_files) {
  bool ok = true;
  set_aside(payloads);
  for (const Record& record : records) ok = ok && std::visit(Visitor{*this, dead_files}, record);
  for (const Aside& aside : aside_) ok = ok && (aside.payload == nullptr || put_payload(*aside.payload));
  return ok;
}

void RecordWriter::set_aside(std::span<const StoredPayload> payloads) {
  aside_.clear();
  for (const StoredPayload& payload : payloads) aside_.push_back({payload.ref.number, &payload});
  std::sort(aside_.begin(), aside_.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
}

std::optional<std::string_view> RecordWriter::take(RowNumber number) {
  const auto found =
      std::lower_bound(aside_.begin(), aside_.end(), number,
                       [](const Aside& aside, RowNumber wanted) { return aside.number < wanted; });
  if (found == aside_.end() || found->number != number || found->payload == nullptr) return std::nullopt;
  return *std::exchange(found->payload, nullptr)->body;
}

std::optional<std::string_view> RecordWriter::take_beside(const PayloadRef& input, RowNumber job) {
  if (input.number != job || !fits_beside(input)) return std::nullopt;
  return take(job);
}

bool RecordWriter::put_payload(const StoredPayload& payload) {
  return put_payload_.bind(1, key(payload.ref.number)).bind(2, std::string_view(*payload.body)).run();
}

bool RecordWriter::write_marks(Timestamp now) {
  marks_.newest = std::max(marks_.newest, now);
  marks_.rows->body_files = files_.count();
  return put_thing(ThingKind::marks, "", marks_);
}

std::size_t RecordWriter::remove_expired(Timestamp now, std::size_t rows, std::vector<RowNumber>& dead_files,
                                         bool& ok) {
  std::vector<FinalJob> doomed;
  std::vector<std::int64_t> unreadable;
  expired_.bind(1, to_ms(now)).bind(2, static_cast<std::int64_t>(rows));
  int code = 0;
  while ((code = expired_.step()) == SQLITE_ROW) {
    const auto job = from_stored<record::JobFinished>(expired_.bytes(1), "final_job");
    if (job)
      doomed.push_back(job->value);
    else
      unreadable.push_back(expired_.number(0));
  }
  expired_.reset();
  ok = code == SQLITE_DONE;
  for (const FinalJob& job : doomed) {
    const bool beside = fits_beside(job.input) && job.input.number == job.id.row();
    if (!beside) ok = ok && drop(job.input, dead_files);
    for (const PayloadRef& ref : {job.extras, job.result}) ok = ok && drop(ref, dead_files);
    ok = ok && streams_.remove(job.id.row(), dead_files) && webhooks_.remove(job.id.row());
    ok = ok && remove(remove_final_.bind(1, key(job.id.row())), marks_.rows->final_jobs);
  }
  for (const std::int64_t row : unreadable)
    ok = ok && remove(remove_final_.bind(1, row), marks_.rows->final_jobs);
  if (!ok) return 0;
  const auto drop_payload = [&](const PayloadRef& ref) { return drop(ref, dead_files); };
  const std::size_t requests = batches_.remove_expired(now, rows, drop_payload, ok);
  const std::size_t keys = ok ? idempotency_.remove_expired(now, rows, ok) : 0;
  return std::max({doomed.size() + unreadable.size(), requests, keys});
}

}  // namespace pilotlight::store
