#include "store/sqlite/record_writer.hpp"

#include "store/codec.hpp"

namespace pilotlight::store {
namespace {

std::int64_t key(RowNumber row) {
  return static_cast<std::int64_t>(row);
}

}  // namespace

Result<void> RecordWriter::prepare(Database& database) {
  const std::pair<Statement*, const char*> all[] = {
      {&put_thing_, "INSERT INTO thing VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET record = ?3"},
      {&remove_thing_, "DELETE FROM thing WHERE kind = ?1 AND key = ?2"},
      {&put_live_, "INSERT INTO live_job VALUES(?1, ?2) ON CONFLICT DO UPDATE SET record = ?2"},
      {&remove_live_, "DELETE FROM live_job WHERE row = ?1"},
      {&put_final_, "INSERT OR REPLACE INTO final_job VALUES(?1, ?2, ?3)"},
      {&shorten_, "UPDATE final_job SET expires = min(expires, ?2) WHERE row = ?1"},
      {&put_payload_, "INSERT OR REPLACE INTO payload VALUES(?1, ?2)"},
      {&remove_payload_, "DELETE FROM payload WHERE number = ?1"},
      {&put_file_, "INSERT OR REPLACE INTO body_file VALUES(?1)"},
      {&remove_file_, "DELETE FROM body_file WHERE number = ?1"},
      {&put_marks_, "UPDATE marks SET newest = max(newest, ?1), row_highest = max(row_highest, ?2)"},
      {&expired_, "SELECT row, record FROM final_job WHERE expires <= ?1 ORDER BY expires LIMIT ?2"},
      {&remove_final_, "DELETE FROM final_job WHERE row = ?1"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  return {};
}

bool RecordWriter::put_thing(ThingKind kind, std::string_view name, const std::string& record) {
  return put_thing_.bind(1, static_cast<std::int64_t>(kind))
      .bind_text(2, name)
      .bind(3, std::string_view(record))
      .run();
}

bool RecordWriter::remove_thing(ThingKind kind, std::string_view name) {
  return remove_thing_.bind(1, static_cast<std::int64_t>(kind)).bind_text(2, name).run();
}

bool RecordWriter::drop(const PayloadRef& ref, std::vector<RowNumber>& dead_files) {
  switch (ref.place) {
    case PayloadPlace::none: return true;
    case PayloadPlace::row: return remove_payload_.bind(1, key(ref.number)).run();
    case PayloadPlace::file:
      dead_files.push_back(ref.number);
      return remove_file_.bind(1, key(ref.number)).run();
  }
  return true;
}

struct RecordWriter::Visitor {
  RecordWriter& w;
  std::vector<RowNumber>& dead_files;

  bool operator()(const record::TemplateSaved& r) {
    return w.put_thing(ThingKind::template_, r.value.id.view(), to_stored(r));
  }
  bool operator()(const record::TemplateRemoved& r) {
    return w.remove_thing(ThingKind::template_, r.id.view());
  }
  bool operator()(const record::EndpointSaved& r) {
    return w.put_thing(ThingKind::endpoint, r.value.id.view(), to_stored(r));
  }
  bool operator()(const record::EndpointRemoved& r) {
    return w.remove_thing(ThingKind::endpoint, r.id.view()) &&
           w.remove_thing(ThingKind::counters, r.id.view());
  }
  bool operator()(const record::ApiKeySaved& r) {
    return w.put_thing(ThingKind::api_key, "account", to_stored(r));
  }
  bool operator()(const record::CountersSaved& r) {
    return w.put_thing(ThingKind::counters, r.endpoint.view(), to_stored(r));
  }
  bool operator()(const record::WorkerSaved& r) {
    return w.put_thing(ThingKind::worker, r.value.id.view(), to_stored(r));
  }
  bool operator()(const record::WorkerRemoved& r) { return w.remove_thing(ThingKind::worker, r.id.view()); }
  bool operator()(const record::JobSaved& r) {
    const RowNumber row = r.value.id.row();
    w.raise_row_highest(row);
    return w.put_live_.bind(1, key(row)).bind(2, std::string_view(to_stored(r))).run();
  }
  bool operator()(const record::JobFinished& r) {
    const RowNumber row = r.value.id.row();
    w.raise_row_highest(row);
    return w.remove_live_.bind(1, key(row)).run() && w.put_final_.bind(1, key(row))
                                                         .bind(2, to_ms(r.value.expires))
                                                         .bind(3, std::string_view(to_stored(r)))
                                                         .run();
  }
  bool operator()(const record::RetentionShortened& r) {
    return w.shorten_.bind(1, key(r.id.row())).bind(2, to_ms(r.expires)).run();
  }
  bool operator()(const record::PayloadKept& r) {
    w.raise_row_highest(r.ref.number);
    return r.ref.place != PayloadPlace::file || w.put_file_.bind(1, key(r.ref.number)).run();
  }
  bool operator()(const record::PayloadDropped& r) { return w.drop(r.ref, dead_files); }
};

bool RecordWriter::write(const Record& record, std::vector<RowNumber>& dead_files) {
  return std::visit(Visitor{*this, dead_files}, record);
}

bool RecordWriter::write(const StoredPayload& payload) {
  return put_payload_.bind(1, key(payload.ref.number)).bind(2, std::string_view(*payload.body)).run();
}

bool RecordWriter::write_marks(Timestamp newest, RowNumber row_highest) {
  return put_marks_.bind(1, to_ms(newest)).bind(2, key(row_highest)).run();
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
    for (const PayloadRef& ref : {job.input, job.extras, job.result}) ok = ok && drop(ref, dead_files);
    ok = ok && remove_final_.bind(1, key(job.id.row())).run();
  }
  for (const std::int64_t row : unreadable) ok = ok && remove_final_.bind(1, row).run();
  return doomed.size() + unreadable.size();
}

}  // namespace pilotlight::store
