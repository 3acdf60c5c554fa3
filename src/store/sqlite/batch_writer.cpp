#include "store/sqlite/batch_writer.hpp"

#include <vector>

#include "store/codec.hpp"

namespace pilotlight::store {
Result<void> BatchWriter::prepare(Database& database) {
  const std::pair<Statement*, const char*> all[] = {
      {&put_batch_,
       "INSERT INTO batch VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET expires = ?2, record = ?3"},
      {&put_request_, "INSERT OR REPLACE INTO batch_request VALUES(?1, ?2, ?3)"},
      {&remove_request_, "DELETE FROM batch_request WHERE batch = ?1 AND job = ?2"},
      {&expired_, "SELECT number FROM batch WHERE expires <= ?1 ORDER BY expires LIMIT 1"},
      {&expired_requests_, "SELECT job, record FROM batch_request WHERE batch = ?1 LIMIT ?2"},
      {&is_job_,
       "SELECT 1 FROM live_job WHERE row = ?1 UNION ALL SELECT 1 FROM final_job WHERE row = ?1 LIMIT 1"},
      {&remove_batch_, "DELETE FROM batch WHERE number = ?1"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  return {};
}

bool BatchWriter::put(const record::BatchSaved& batch) {
  return put_batch_.bind(1, key(batch.value.number))
      .bind(2, to_ms(batch.value.expires))
      .bind(3, to_stored(batch, stored_))
      .run();
}

bool BatchWriter::put(const record::BatchRequestSaved& request) {
  return put_request_.bind(1, key(request.value.batch))
      .bind(2, key(request.value.id.row()))
      .bind(3, to_stored(request, stored_))
      .run();
}

bool BatchWriter::remove(const record::BatchRequestRemoved& request) {
  return remove_request_.bind(1, key(request.batch)).bind(2, key(request.id.row())).run();
}

std::size_t BatchWriter::remove_expired(Timestamp now, std::size_t rows,
                                        const std::function<bool(const PayloadRef&)>& drop, bool& ok) {
  const int found = expired_.bind(1, to_ms(now)).step();
  const std::int64_t batch = found == SQLITE_ROW ? expired_.number(0) : 0;
  expired_.reset();
  ok = found == SQLITE_ROW || found == SQLITE_DONE;
  if (found != SQLITE_ROW) return 0;
  std::vector<std::int64_t> jobs;
  std::vector<BatchRequest> readable;
  expired_requests_.bind(1, batch).bind(2, static_cast<std::int64_t>(rows));
  int code = 0;
  while ((code = expired_requests_.step()) == SQLITE_ROW) {
    jobs.push_back(expired_requests_.number(0));
    const auto request = from_stored<record::BatchRequestSaved>(expired_requests_.bytes(1), "batch_request");
    if (request) readable.push_back(request->value);
  }
  expired_requests_.reset();
  ok = code == SQLITE_DONE;
  for (const BatchRequest& request : readable) {
    const int job = is_job_.bind(1, key(request.id.row())).step();
    is_job_.reset();
    if (job == SQLITE_DONE) ok = ok && drop(request.input) && drop(request.extras);
  }
  for (const std::int64_t job : jobs) ok = ok && remove_request_.bind(1, batch).bind(2, job).run();
  if (jobs.size() < rows) ok = ok && remove_batch_.bind(1, batch).run();
  return jobs.size() + 1;
}

}  // namespace pilotlight::store
