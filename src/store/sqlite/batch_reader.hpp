#pragma once

#include <optional>
#include <vector>

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// Reads the tables of batches, as the store's methods of these names say. Used by one thread at a time.
class BatchReader {
 public:
  Result<void> prepare(Database& database);

  Result<std::optional<Batch>> batch(RowNumber number, Timestamp now);
  Result<std::vector<Batch>> batches(const EndpointId& endpoint, Timestamp now);
  Result<std::vector<BatchEntry>> requests(RowNumber number, std::size_t skip, std::size_t most,
                                           Timestamp now);
  Result<std::optional<BatchEntry>> request(RowNumber number, JobId id, Timestamp now);

 private:
  /// What the statement, bound, finds.
  Result<std::vector<Batch>> found(Statement& statement);
  Result<std::vector<BatchEntry>> found(Statement& statement, Timestamp now);

  Database* database_ = nullptr;
  Statement batch_, batches_, requests_, request_;
};

}  // namespace pilotlight::store
