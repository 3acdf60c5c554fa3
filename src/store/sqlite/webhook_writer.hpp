#pragma once

#include <string>

#include "domain/webhooks/records.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// Writes the tables of webhooks. Inside a transaction of its caller, on the writing thread; false: a
/// statement failed.
class WebhookWriter {
 public:
  Result<void> prepare(Database& database);

  /// Its job's row is held while it is open.
  bool put(const record::WebhookSaved& saved);
  /// All of a job that is not kept any more, or lives again.
  bool remove(RowNumber job);

 private:
  Database* database_ = nullptr;
  std::string stored_;  ///< the record that is being written; kept for its memory
  Statement put_, put_attempt_, hold_, remove_, remove_attempts_;
};

}  // namespace pilotlight::store
