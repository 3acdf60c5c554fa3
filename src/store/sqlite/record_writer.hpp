#pragma once

#include <span>
#include <vector>

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// What kind of thing a row of the table `thing` is; the numbers are stored.
enum class ThingKind : std::int64_t { template_ = 1, endpoint = 2, api_key = 3, counters = 4, worker = 5 };

/// Writes records with prepared statements. Inside a transaction of its caller, on the writing thread.
class RecordWriter {
 public:
  Result<void> prepare(Database& database);

  /// False: a statement failed; the caller rolls back and asks the database why. Numbers of payload files
  /// that may be deleted after the commit are added to `dead_files`.
  bool write(const Record& record, std::vector<RowNumber>& dead_files);
  bool write(const StoredPayload& payload);
  bool write_marks(Timestamp newest, RowNumber row_highest);

  /// Removes at most `rows` final jobs that expired before `now`, with all they name. How many.
  std::size_t remove_expired(Timestamp now, std::size_t rows, std::vector<RowNumber>& dead_files, bool& ok);

  RowNumber row_highest() const { return row_highest_; }
  void raise_row_highest(RowNumber row) { row_highest_ = std::max(row_highest_, row); }

 private:
  struct Visitor;
  bool put_thing(ThingKind kind, std::string_view key, const std::string& record);
  bool remove_thing(ThingKind kind, std::string_view key);
  bool drop(const PayloadRef& ref, std::vector<RowNumber>& dead_files);

  RowNumber row_highest_ = 0;
  Statement put_thing_, remove_thing_, put_live_, remove_live_, put_final_, shorten_, put_payload_,
      remove_payload_, put_file_, remove_file_, put_marks_, expired_, remove_final_;
};

}  // namespace pilotlight::store
