#include "store/sqlite/batch_reader.hpp"

#include "store/codec.hpp"
#include "store/sqlite/stored_job.hpp"

namespace pilotlight::store {
Result<void> BatchReader::prepare(Database& database) {
  database_ = &database;
  const std::string with_job =
      "SELECT r.job, r.record, l.record, f.expires, f.record FROM batch_request r "
      "LEFT JOIN live_job l ON l.row = r.job LEFT JOIN final_job f ON f.row = r.job WHERE r.batch = ?1 ";
  const std::pair<Statement*, std::string> all[] = {
      {&batch_, "SELECT record FROM batch WHERE number = ?1 AND expires > ?2"},
      {&batches_, "SELECT record FROM batch WHERE expires > ?1 ORDER BY number DESC"},
      {&requests_, with_job + "ORDER BY r.job LIMIT ?2 OFFSET ?3"},
      {&request_, with_job + "AND r.job = ?2"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql.c_str()); !prepared) return prepared.error();
  return {};
}

Result<std::vector<Batch>> BatchReader::found(Statement& statement) {
  std::vector<Batch> all;
  std::optional<Error> problem;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    const auto record = from_stored<record::BatchSaved>(statement.bytes(0), "cannot read a batch");
    if (record)
      all.push_back(record->value);
    else
      problem = record.error();
  }
  if (code != SQLITE_DONE) problem = database_->last_error("cannot read a batch");
  statement.reset();
  if (problem) return *problem;
  return all;
}

Result<std::vector<BatchEntry>> BatchReader::found(Statement& statement, Timestamp now) {
  std::vector<BatchEntry> all;
  std::optional<Error> problem;
  int code = 0;
  while ((code = statement.step()) == SQLITE_ROW) {
    const std::string place = "cannot read a batch: request of row " + std::to_string(statement.number(0));
    auto request = from_stored<record::BatchRequestSaved>(statement.bytes(1), place);
    Result<std::optional<StoredJob>> job = std::optional<StoredJob>();
    if (!statement.is_null(2))
      job = stored_live(statement.bytes(2), place);
    else if (!statement.is_null(4))
      job = stored_final(timestamp_from_ms(statement.number(3)), statement.bytes(4), now, place);
    if (request && job)
      all.push_back({request->value, std::move(*job)});
    else
      problem = request ? job.error() : request.error();
  }
  if (code != SQLITE_DONE) problem = database_->last_error("cannot read a batch");
  statement.reset();
  if (problem) return *problem;
  return all;
}

Result<std::optional<Batch>> BatchReader::batch(RowNumber number, Timestamp now) {
  batch_.bind(1, key(number)).bind(2, to_ms(now));
  const auto all = found(batch_);
  if (!all) return all.error();
  const bool there = !all->empty() && all->front().number == number;
  return there ? std::optional(all->front()) : std::optional<Batch>();
}

Result<std::vector<Batch>> BatchReader::batches(const EndpointId& endpoint, Timestamp now) {
  batches_.bind(1, to_ms(now));
  auto all = found(batches_);
  if (all) std::erase_if(*all, [&](const Batch& batch) { return batch.endpoint != endpoint; });
  return all;
}

Result<std::vector<BatchEntry>> BatchReader::requests(RowNumber number, std::size_t skip, std::size_t most,
                                                      Timestamp now) {
  requests_.bind(1, key(number)).bind(2, static_cast<std::int64_t>(most));
  requests_.bind(3, static_cast<std::int64_t>(skip));
  return found(requests_, now);
}

Result<std::optional<BatchEntry>> BatchReader::request(RowNumber number, JobId id, Timestamp now) {
  request_.bind(1, key(number)).bind(2, key(id.row()));
  const auto all = found(request_, now);
  if (!all) return all.error();
  const bool there = !all->empty() && all->front().request.id == id;
  return there ? std::optional(all->front()) : std::optional<BatchEntry>();
}

}  // namespace pilotlight::store
