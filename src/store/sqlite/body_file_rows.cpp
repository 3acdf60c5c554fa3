#include "store/sqlite/body_file_rows.hpp"

namespace pilotlight::store {

Result<void> BodyFileRows::prepare(Database& database) {
  database_ = &database;
  if (auto done = put_.prepare(database, "INSERT OR IGNORE INTO body_file VALUES(?1)"); !done)
    return done.error();
  return remove_.prepare(database, "DELETE FROM body_file WHERE number = ?1");
}

bool BodyFileRows::put(RowNumber number) {
  if (!put_.bind(1, key(number)).run()) return false;
  count_ += sqlite3_changes(database_->handle());
  return true;
}

bool BodyFileRows::remove(RowNumber number) {
  if (!remove_.bind(1, key(number)).run()) return false;
  count_ -= sqlite3_changes(database_->handle());
  return true;
}

}  // namespace pilotlight::store
