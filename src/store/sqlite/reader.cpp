#include "store/sqlite/reader.hpp"

#include "base/log.hpp"
#include "store/checked.hpp"
#include "store/codec.hpp"
#include "store/sqlite/record_writer.hpp"
#include "store/sqlite/stored_job.hpp"

namespace pilotlight::store {
Result<void> Reader::open(const std::string& path) {
  if (auto done = database_.open(path, Database::Mode::read_only); !done) return done.error();
  return prepare_on(database_);
}

Result<void> Reader::prepare_on(Database& database) {
  used_ = &database;
  const std::pair<Statement*, const char*> all[] = {
      {&payload_, "SELECT body FROM payload WHERE number = ?1"},
      // The likeliest first; a number names one payload only, wherever it is.
      {&small_payload_,
       "SELECT input FROM live_job WHERE row = ?1 AND input IS NOT NULL "
       "UNION ALL SELECT body FROM payload WHERE number = ?1 "
       "UNION ALL SELECT input FROM final_job WHERE row = ?1 AND input IS NOT NULL"},
      {&final_job_, "SELECT expires, record FROM final_job WHERE row = ?1"},
      // Both tables are read in their own order and merged, row by row.
      {&scan_,
       "SELECT row, NULL, record FROM live_job WHERE row >= ?1 AND row < ?2 "
       "UNION ALL SELECT row, expires, record FROM final_job WHERE row >= ?1 AND row < ?2 "
       "ORDER BY 1 DESC"},
      {&stream_, "SELECT record FROM stream WHERE job = ?1"},
      {&any_chunk_, "SELECT 1 FROM chunk WHERE job = ?1 LIMIT 1"},
      {&webhook_, "SELECT record FROM webhook WHERE job = ?1"},
      {&attempts_, "SELECT record FROM webhook_attempt WHERE job = ?1 ORDER BY number"},
      {&idempotency_, "SELECT record FROM idempotency WHERE endpoint = ?1 AND key = ?2 AND expires > ?3"},
      {&chunks_,
       "SELECT number, payload, bytes, sum, body FROM chunk WHERE job = ?1 AND run = ?2 AND number >= ?3 AND "
       "number < ?4 "
       "ORDER BY number"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  return batches.prepare(database);
}

Error Reader::unreadable(const std::string& doing) const {
  Error error = used_->last_error(doing);
  log::error("store_unreadable reason=\"{}\"", error.message);
  return error;
}

template <class R>
Result<R> Reader::record(Statement& row, int column, const std::string& doing) {
  Result<R> read = from_stored<R>(row.bytes(column), "its record");
  if (read) return read;
  log::error("store_damaged reason=\"{}: {}\"", doing, read.error().message);
  return refusal(Errc::corrupt, doing + ": " + read.error().message);
}

Result<Body> Reader::payload(const PayloadRef& ref) {
  Statement& payload = fits_beside(ref) ? small_payload_ : payload_;
  const int code = payload.bind(1, key(ref.number)).step();
  Result<Body> body = refusal(Errc::not_found, "this payload is no longer kept");
  if (code == SQLITE_ROW)
    body = copy_body(payload.bytes(0));
  else if (code != SQLITE_DONE)
    body = unreadable("cannot read a payload");
  payload.reset();
  return body;
}

Result<std::optional<FinalJob>> Reader::final_job(JobId id, Timestamp now) {
  const int code = final_job_.bind(1, key(id.row())).step();
  std::optional<FinalJob> found;
  Result<record::JobFinished> record = refusal(Errc::not_found, "");
  if (code == SQLITE_ROW && timestamp_from_ms(final_job_.number(0)) > now) {
    record = this->record<record::JobFinished>(final_job_, 1, "cannot read a job");
    if (record && record->value.id == id) {
      found = record->value;
      found->expires = timestamp_from_ms(final_job_.number(0));
    }
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) record = unreadable("cannot read a job");
  final_job_.reset();
  if (!record && record.error().code != Errc::not_found) return record.error();
  return found;
}

Result<std::optional<RowNumber>> Reader::scan_jobs(const JobScan& scan, Timestamp now,
                                                   const std::function<bool(const StoredJob&)>& each) {
  std::size_t looked_at = 0;
  bool wanted = true;
  std::optional<Error> problem;
  RowNumber row = 0;
  scan_.bind(1, key(scan.from)).bind(2, key(scan.below));
  int code = 0;
  while ((code = scan_.step()) == SQLITE_ROW && wanted && !problem && looked_at < scan.rows_max) {
    ++looked_at;
    row = static_cast<RowNumber>(scan_.number(0));
    const std::string place = "cannot read the jobs: the record of row " + std::to_string(row);
    const auto job = scan_.is_null(1)
                         ? stored_live(scan_.bytes(2), place)
                         : stored_final(timestamp_from_ms(scan_.number(1)), scan_.bytes(2), now, place);
    if (!job)
      problem = job.error();
    else if (*job)
      wanted = each(**job);
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) problem = unreadable("cannot read the jobs");
  scan_.reset();
  if (problem) return *problem;
  return code == SQLITE_ROW ? std::optional(row) : std::nullopt;
}

bool Reader::has_chunks(JobId id) {
  const bool any = any_chunk_.bind(1, key(id.row())).step() == SQLITE_ROW;
  any_chunk_.reset();
  return any;
}

Result<std::optional<StreamState>> Reader::stream(JobId id) {
  // A first chunk may come between two looks; its stream comes with it.
  for (bool again = false;; again = true) {
    const int code = stream_.bind(1, key(id.row())).step();
    Result<record::StreamSaved> record = refusal(Errc::not_found, "");
    if (code == SQLITE_ROW)
      record = this->record<record::StreamSaved>(stream_, 0, "cannot read a stream");
    else if (code != SQLITE_DONE)
      record = unreadable("cannot read a stream");
    stream_.reset();
    if (record && record->value.job == id) return std::optional(record->value);
    if (!record && record.error().code != Errc::not_found) return record.error();
    if (!has_chunks(id)) return std::nullopt;
    if (again) return chunks_lost(id.row());
  }
}

Result<std::optional<WebhookLog>> Reader::webhook(JobId id) {
  const std::string doing = "cannot read a webhook";
  int code = webhook_.bind(1, key(id.row())).step();
  Result<record::WebhookSaved> record = refusal(Errc::not_found, "");
  if (code == SQLITE_ROW)
    record = this->record<record::WebhookSaved>(webhook_, 0, doing);
  else if (code != SQLITE_DONE)
    record = unreadable(doing);
  webhook_.reset();
  if (!record && record.error().code != Errc::not_found) return record.error();
  if (!record || record->value.job != id) return std::optional<WebhookLog>();
  WebhookLog log{record->value, {}};
  std::optional<Error> problem;
  attempts_.bind(1, key(id.row()));
  while (!problem && (code = attempts_.step()) == SQLITE_ROW) {
    auto attempt = this->record<WebhookAttempt>(attempts_, 0, doing);
    if (!attempt)
      problem = attempt.error();
    else if (log.attempts.size() < log.webhook.attempts)
      log.attempts.push_back(std::move(*attempt));
  }
  if (!problem && code != SQLITE_DONE) problem = unreadable(doing);
  attempts_.reset();
  if (!problem && log.attempts.size() < log.webhook.attempts)
    problem = refusal(Errc::corrupt, doing + ": attempts are lost");
  if (problem) return *problem;
  return std::optional(std::move(log));
}

Result<std::optional<Idempotency>> Reader::idempotency(const EndpointId& endpoint, std::string_view key,
                                                       Timestamp now) {
  const int code = idempotency_.bind_text(1, endpoint.view()).bind_text(2, key).bind(3, to_ms(now)).step();
  Result<record::IdempotencySaved> record = refusal(Errc::not_found, "");
  if (code == SQLITE_ROW)
    record = this->record<record::IdempotencySaved>(idempotency_, 0, "cannot read an Idempotency-Key");
  else if (code != SQLITE_DONE)
    record = unreadable("cannot read an Idempotency-Key");
  idempotency_.reset();
  if (!record && record.error().code != Errc::not_found) return record.error();
  const bool there = record && record->value.endpoint == endpoint && record->value.key.text == key;
  return there ? std::optional(std::move(record->value)) : std::nullopt;
}

Result<Reader::Chunks> Reader::chunks(JobId id, std::uint32_t run, std::uint32_t from, std::uint32_t to) {
  std::vector<Chunk> all;
  std::uint64_t bytes = 0;
  chunks_.bind(1, key(id.row())).bind(2, std::int64_t{run}).bind(3, std::int64_t{from});
  chunks_.bind(4, std::int64_t{to});
  int code = 0;
  while ((code = chunks_.step()) == SQLITE_ROW) {
    const bool file = chunks_.is_null(4);
    Chunk chunk{static_cast<std::uint32_t>(chunks_.number(0)),
                {static_cast<RowNumber>(chunks_.number(1)), static_cast<std::uint32_t>(chunks_.number(2)),
                 file ? PayloadPlace::file : PayloadPlace::row},
                {},
                nullptr};
    if (!chunks_.is_null(3)) chunk.sum = static_cast<std::uint32_t>(chunks_.number(3));
    bytes += chunk.ref.bytes;
    if (!all.empty() && bytes > chunk_bytes_per_read) break;
    if (!file) chunk.body = copy_body(chunks_.bytes(4));
    all.push_back(std::move(chunk));
  }
  Result<Chunks> result = Chunks{std::move(all), code == SQLITE_ROW};
  if (code != SQLITE_ROW && code != SQLITE_DONE) result = unreadable("cannot read a stream");
  chunks_.reset();
  return result;
}

}  // namespace pilotlight::store
