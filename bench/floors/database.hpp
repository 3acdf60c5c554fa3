#pragma once

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace pilotlight::bench {

/// A bare SQLite database as the store configures its own (WAL, every commit synced), with one table that
/// takes one small row an operation. Ends the program on any error.
class BareDatabase {
 public:
  explicit BareDatabase(const std::string& path) {
    check(sqlite3_open(path.c_str(), &handle_));
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("CREATE TABLE IF NOT EXISTS operation(row INTEGER PRIMARY KEY, body BLOB NOT NULL)");
    check(sqlite3_prepare_v2(handle_, "INSERT INTO operation VALUES(?1, ?2)", -1, &insert_, nullptr));
    check(sqlite3_prepare_v2(handle_, "BEGIN IMMEDIATE", -1, &begin_, nullptr));
    check(sqlite3_prepare_v2(handle_, "COMMIT", -1, &end_, nullptr));
  }
  ~BareDatabase() {
    for (sqlite3_stmt* statement : {insert_, begin_, end_}) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }
  BareDatabase(const BareDatabase&) = delete;
  BareDatabase& operator=(const BareDatabase&) = delete;

  void begin() { step(begin_); }
  void insert() {
    sqlite3_bind_int64(insert_, 1, ++row_);
    sqlite3_bind_blob(insert_, 2, body_.data(), static_cast<int>(body_.size()), SQLITE_STATIC);
    step(insert_);
  }
  void commit() { step(end_); }

 private:
  void run(const char* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr)); }
  void step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    check(code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code);
  }
  void check(int code) {
    if (code == SQLITE_OK) return;
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(handle_));
    std::exit(1);
  }

  sqlite3* handle_ = nullptr;
  sqlite3_stmt *insert_ = nullptr, *begin_ = nullptr, *end_ = nullptr;
  sqlite3_int64 row_ = 0;
  const std::string body_ = std::string(200, 'x');
};

}  // namespace pilotlight::bench
