#pragma once

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "domain/ids.hpp"

namespace pilotlight::store {

/// One connection. Not shared between threads at the same time.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close_v2(handle_); }

  enum class Mode { read_write, read_only };
  Result<void> open(const std::string& path, Mode mode);
  Result<void> run(const char* sql);
  sqlite3* handle() const { return handle_; }
  /// What the last failed call means: no_space for a full or read-only disk, else io.
  Error last_error(const std::string& doing) const;

 private:
  sqlite3* handle_ = nullptr;
};

/// A row number as the database's integers have it.
constexpr std::int64_t key(RowNumber row) {
  return static_cast<std::int64_t>(row);
}

/// One prepared statement; parameters count from 1, columns from 0. Views passed in or handed out live until
/// `reset`.
class Statement {
 public:
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }

  Result<void> prepare(Database& database, const char* sql);

  Statement& bind(int at, std::int64_t value) {
    sqlite3_bind_int64(handle_, at, value);
    return *this;
  }
  Statement& bind(int at, std::string_view value) {
    sqlite3_bind_blob64(handle_, at, value.data(), value.size(), SQLITE_STATIC);
    return *this;
  }
  Statement& bind(int at, std::optional<std::string_view> value) {
    if (value) return bind(at, *value);
    sqlite3_bind_null(handle_, at);
    return *this;
  }
  Statement& bind_text(int at, std::string_view value) {
    sqlite3_bind_text(handle_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    return *this;
  }
  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(handle_); }
  /// Steps once and resets; true unless it failed.
  bool run() {
    const int code = sqlite3_step(handle_);
    sqlite3_reset(handle_);
    return code == SQLITE_DONE || code == SQLITE_ROW;
  }
  void reset() { sqlite3_reset(handle_); }
  bool is_null(int column) { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  std::int64_t number(int column) { return sqlite3_column_int64(handle_, column); }
  std::string_view bytes(int column) {
    const void* data = sqlite3_column_blob(handle_, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
  }

 private:
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace pilotlight::store
