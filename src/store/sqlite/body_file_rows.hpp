#pragma once

#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// The rows that keep body files from being swept: one for each file that a record names. Inside a
/// transaction of its caller, on the writing thread; false: a statement failed.
class BodyFileRows {
 public:
  Result<void> prepare(Database& database);

  bool put(RowNumber number);
  bool remove(RowNumber number);

  /// How many rows there are.
  std::int64_t count() const { return count_; }
  void set_count(std::int64_t count) { count_ = count; }

 private:
  Database* database_ = nullptr;
  std::int64_t count_ = 0;
  Statement put_, remove_;
};

}  // namespace pilotlight::store
