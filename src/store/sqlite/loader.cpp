#include "store/sqlite/loader.hpp"

#include "domain/record.hpp"
#include "store/codec.hpp"
#include "store/sqlite/record_writer.hpp"

namespace pilotlight::store {
namespace {

// Under which key a record stands.
std::string_view key_of(const record::TemplateSaved& r) {
  return r.value.id.view();
}
std::string_view key_of(const record::EndpointSaved& r) {
  return r.value.id.view();
}
std::string_view key_of(const record::ApiKeySaved&) {
  return "account";
}
std::string_view key_of(const record::KeySaved& r) {
  return r.value.id.view();
}
std::string_view key_of(const record::AccountSaved&) {
  return "account";
}
std::string_view key_of(const record::VolumeSaved& r) {
  return r.value.id.view();
}
std::string_view key_of(const record::RegistrySaved& r) {
  return r.value.id.view();
}
std::string_view key_of(const record::SecretSaved& r) {
  return r.value.id.view();
}
std::string_view key_of(const record::CountersSaved& r) {
  return r.endpoint.view();
}
std::string_view key_of(const record::WorkerSaved& r) {
  return r.value.id.view();
}
RowNumber key_of(const record::JobSaved& r) {
  return r.value.id.row();
}
RowNumber key_of(const record::StreamSaved& r) {
  return r.value.job.row();
}
RowNumber key_of(const record::WebhookSaved& r) {
  return r.value.job.row();
}

template <class R>
Result<void> load_things(Database& database, ThingKind kind, const std::function<void(Record)>& each) {
  Statement all;
  if (auto done = all.prepare(database, "SELECT key, record FROM thing WHERE kind = ?1"); !done)
    return done.error();
  all.bind(1, static_cast<std::int64_t>(kind));
  int code = 0;
  while ((code = all.step()) == SQLITE_ROW) {
    Result<R> record = from_stored<R>(all.bytes(1), "thing " + std::string(all.bytes(0)));
    if (!record) return record.error();
    if (key_of(*record) != all.bytes(0))
      return refusal(Errc::corrupt, "thing " + std::string(all.bytes(0)) + ": holds the record of another");
    each(std::move(*record));
  }
  if (code != SQLITE_DONE) return database.last_error("cannot load");
  return {};
}

template <class R>
Result<void> load_rows(Database& database, const char* sql, const std::function<void(Record)>& each) {
  Statement all;
  if (auto done = all.prepare(database, sql); !done) return done.error();
  int code = 0;
  while ((code = all.step()) == SQLITE_ROW) {
    auto record = from_stored<R>(all.bytes(1), "row " + std::to_string(all.number(0)));
    if (!record) return record.error();
    if (key(key_of(*record)) != all.number(0))
      return refusal(Errc::corrupt, "row " + std::to_string(all.number(0)) + ": holds the record of another");
    each(std::move(*record));
  }
  if (code != SQLITE_DONE) return database.last_error("cannot load");
  return {};
}

Result<Marks> load_marks(Database& database) {
  Statement marks;
  if (auto done = marks.prepare(database, "SELECT record FROM thing WHERE kind = ?1"); !done)
    return done.error();
  marks.bind(1, static_cast<std::int64_t>(ThingKind::marks));
  const int code = marks.step();
  if (code == SQLITE_DONE) return Marks{{}, 0, RowCounts{}};
  if (code != SQLITE_ROW) return database.last_error("cannot load");
  return from_stored<Marks>(marks.bytes(0), "marks");
}

Result<RowCounts> count_rows(Database& database) {
  Statement statement;
  const char* sql =
      "SELECT (SELECT count(*) FROM thing WHERE kind != 6), (SELECT count(*) FROM live_job), "
      "(SELECT count(*) FROM final_job), (SELECT count(*) FROM body_file)";
  static_assert(static_cast<int>(ThingKind::marks) == 6);
  if (auto prepared = statement.prepare(database, sql); !prepared) return prepared.error();
  if (statement.step() != SQLITE_ROW) return database.last_error("cannot load");
  return RowCounts{statement.number(0), statement.number(1), statement.number(2), statement.number(3)};
}

Result<void> load_all(Database& database, const std::function<void(Record)>& each) {
  if (auto done = load_things<record::TemplateSaved>(database, ThingKind::template_, each); !done)
    return done.error();
  if (auto done = load_things<record::EndpointSaved>(database, ThingKind::endpoint, each); !done)
    return done.error();
  if (auto done = load_things<record::ApiKeySaved>(database, ThingKind::api_key, each); !done)
    return done.error();
  if (auto done = load_things<record::KeySaved>(database, ThingKind::later_key, each); !done)
    return done.error();
  if (auto done = load_things<record::AccountSaved>(database, ThingKind::account, each); !done)
    return done.error();
  if (auto done = load_things<record::VolumeSaved>(database, ThingKind::volume, each); !done)
    return done.error();
  if (auto done = load_things<record::RegistrySaved>(database, ThingKind::registry, each); !done)
    return done.error();
  if (auto done = load_things<record::SecretSaved>(database, ThingKind::secret, each); !done)
    return done.error();
  if (auto done = load_things<record::CountersSaved>(database, ThingKind::counters, each); !done)
    return done.error();
  if (auto done = load_things<record::WorkerSaved>(database, ThingKind::worker, each); !done)
    return done.error();
  if (auto done = load_rows<record::JobSaved>(database, "SELECT row, record FROM live_job", each); !done)
    return done.error();
  if (auto done = load_rows<record::StreamSaved>(
          database, "SELECT job, record FROM stream WHERE job IN (SELECT row FROM live_job)", each);
      !done)
    return done.error();
  return load_rows<record::WebhookSaved>(database, "SELECT job, record FROM webhook WHERE open", each);
}

}  // namespace

Result<Marks> read_marks(Database& database) {
  Result<Marks> marks = load_marks(database);
  if (!marks || marks->rows) return marks;
  const Result<RowCounts> rows = count_rows(database);
  if (!rows) return rows.error();
  marks->rows = *rows;
  return marks;
}

Result<RowCounts> load_records(Database& database, const std::function<void(Record)>& each) {
  RowCounts found;
  const auto counted = [&](Record record) {
    const bool job = std::holds_alternative<record::JobSaved>(record);
    const bool other = std::holds_alternative<record::StreamSaved>(record) ||
                       std::holds_alternative<record::WebhookSaved>(record);
    if (!other) ++(job ? found.live_jobs : found.things);
    each(std::move(record));
  };
  if (auto done = load_all(database, counted); !done) return done.error();
  return found;
}

}  // namespace pilotlight::store
