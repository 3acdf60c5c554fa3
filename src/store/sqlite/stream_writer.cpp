#include "store/sqlite/stream_writer.hpp"

#include "store/checked.hpp"
#include "store/codec.hpp"

namespace pilotlight::store {
Result<void> StreamWriter::prepare(Database& database, BodyFileRows& files) {
  database_ = &database;
  body_files_ = &files;
  const std::pair<Statement*, const char*> all[] = {
      {&put_stream_,
       "INSERT INTO stream SELECT ?1, ?2 WHERE EXISTS(SELECT 1 FROM live_job WHERE row = ?1) OR "
       "EXISTS(SELECT 1 FROM final_job WHERE row = ?1) ON CONFLICT DO UPDATE SET record = ?2"},
      {&remove_stream_, "DELETE FROM stream WHERE job = ?1"},
      {&put_chunk_, "INSERT OR REPLACE INTO chunk VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      {&files_, "SELECT payload FROM chunk WHERE job = ?1 AND body IS NULL"},
      {&remove_chunks_, "DELETE FROM chunk WHERE job = ?1"},
  };
  for (const auto& [statement, sql] : all)
    if (auto prepared = statement->prepare(database, sql); !prepared) return prepared.error();
  return {};
}

bool StreamWriter::put(const record::StreamSaved& stream) {
  return put_stream_.bind(1, key(stream.value.job.row())).bind(2, to_stored(stream, stored_)).run();
}

bool StreamWriter::put(const record::ChunkSaved& chunk, std::optional<std::string_view> body) {
  const bool file = chunk.chunk.place == PayloadPlace::file;
  if (file && !body_files_->put(chunk.chunk.number)) return false;
  put_chunk_.bind(7, std::optional<std::string_view>());
  if (const std::uint32_t sum = chunk.chunk.sum; sum != 0)
    put_chunk_.bind(7, std::int64_t{chunk_sum({chunk.job.row(), chunk.run, chunk.number}, sum)});
  return put_chunk_.bind(1, key(chunk.job.row()))
      .bind(2, std::int64_t{chunk.run})
      .bind(3, std::int64_t{chunk.number})
      .bind(4, key(chunk.chunk.number))
      .bind(5, std::int64_t{chunk.chunk.bytes})
      .bind(6, file ? std::nullopt : body)
      .run();
}

bool StreamWriter::drop_chunks(RowNumber job, std::vector<RowNumber>& dead_files) {
  std::vector<RowNumber> files;
  files_.bind(1, key(job));
  int code = 0;
  while ((code = files_.step()) == SQLITE_ROW) files.push_back(static_cast<RowNumber>(files_.number(0)));
  files_.reset();
  bool ok = code == SQLITE_DONE;
  for (const RowNumber number : files) ok = ok && body_files_->remove(number);
  dead_files.insert(dead_files.end(), files.begin(), files.end());
  return ok && remove_chunks_.bind(1, key(job)).run();
}

bool StreamWriter::remove(RowNumber job, std::vector<RowNumber>& dead_files) {
  if (!remove_stream_.bind(1, key(job)).run()) return false;
  // Hardly any job streams: this one look-up is all it costs the others.
  return sqlite3_changes(database_->handle()) == 0 || drop_chunks(job, dead_files);
}

}  // namespace pilotlight::store
