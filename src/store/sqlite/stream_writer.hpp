#pragma once

#include <string>
#include <vector>

#include "domain/jobs/records.hpp"
#include "store/sqlite/body_file_rows.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// Writes the tables of streams. Inside a transaction of its caller, on the writing thread; false: a
/// statement failed. Numbers of files that may be deleted after the commit are added to `dead_files`.
class StreamWriter {
 public:
  /// `files` lives longer.
  Result<void> prepare(Database& database, BodyFileRows& files);

  /// Nothing if there is no such job (any more).
  bool put(const record::StreamSaved& stream);
  /// `body`: of a chunk of place row.
  bool put(const record::ChunkSaved& chunk, std::optional<std::string_view> body);
  bool drop_chunks(RowNumber job, std::vector<RowNumber>& dead_files);
  /// All of a job that is not kept any more.
  bool remove(RowNumber job, std::vector<RowNumber>& dead_files);

 private:
  Database* database_ = nullptr;
  BodyFileRows* body_files_ = nullptr;
  std::string stored_;  ///< the state that is being written; kept for its memory
  Statement put_stream_, remove_stream_, put_chunk_, files_, remove_chunks_;
};

}  // namespace pilotlight::store
