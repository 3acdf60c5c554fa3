#pragma once

#include <string>

#include "domain/jobs/records.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// Writes the table of Idempotency-Keys. Inside a transaction of its caller, on the writing thread; false: a
/// statement failed.
class IdempotencyWriter {
 public:
  Result<void> prepare(Database& database);

  bool put(const record::IdempotencySaved& saved);
  /// Removes at most `rows` that expired before `now`; how many.
  std::size_t remove_expired(Timestamp now, std::size_t rows, bool& ok);

 private:
  Database* database_ = nullptr;
  std::string stored_;  ///< the record that is being written; kept for its memory
  Statement put_, remove_expired_;
};

}  // namespace pilotlight::store
