#pragma once

#include <functional>
#include <string>

#include "domain/jobs/records.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// Writes the tables of batches. Inside a transaction of its caller, on the writing thread; false: a
/// statement failed.
class BatchWriter {
 public:
  Result<void> prepare(Database& database);

  bool put(const record::BatchSaved& batch);
  bool put(const record::BatchRequestSaved& request);
  bool remove(const record::BatchRequestRemoved& request);

  /// Removes at most `rows` requests of batches that expired before `now`, and the batches that have none
  /// left. `drop` is given what only these requests name; false from it: a statement failed. How many.
  std::size_t remove_expired(Timestamp now, std::size_t rows,
                             const std::function<bool(const PayloadRef&)>& drop, bool& ok);

 private:
  std::string stored_;  ///< the record that is being written; kept for its memory
  Statement put_batch_, put_request_, remove_request_, expired_, expired_requests_, is_job_, remove_batch_;
};

}  // namespace pilotlight::store
