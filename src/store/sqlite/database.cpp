#include "store/sqlite/database.hpp"

#include <sys/statvfs.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/log.hpp"

namespace pilotlight::store {
namespace {

constexpr std::chrono::milliseconds busy_step{10};
constexpr int busy_steps_told = 1'000;

/// A person's shell on the database may hold a lock; that is waited for, however long it takes.
int wait_for_lock(void*, int step) {
  if (step % busy_steps_told == busy_steps_told - 1)
    log::warn("store_locked waiting=true reason=\"another program holds the database; close it\"");
  std::this_thread::sleep_for(busy_step);
  return 1;
}

/// SQLite's own record of errno does not always outlive the rest of the failed call, so the disk itself is
/// asked too.
bool is_read_only(sqlite3* handle) {
  const char* path = sqlite3_db_filename(handle, "main");
  struct statvfs disk {};
  return path != nullptr && ::statvfs(path, &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0;
}

bool lacks_space(sqlite3* handle) {
  const int code = sqlite3_errcode(handle) & 0xff;
  if (code == SQLITE_FULL || code == SQLITE_READONLY) return true;
  if (code != SQLITE_IOERR) return false;
  const int system = sqlite3_system_errno(handle);
  return system == ENOSPC || system == EDQUOT || system == EROFS || is_read_only(handle);
}

}  // namespace

Result<void> Database::open(const std::string& path, Mode mode) {
  const int flags =
      mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr) !=
      SQLITE_OK)
    return last_error("cannot open " + path);
  sqlite3_busy_handler(handle_, wait_for_lock, nullptr);
  return {};
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return last_error(sql);
  return {};
}

Error Database::last_error(const std::string& doing) const {
  const int code = sqlite3_errcode(handle_) & 0xff;
  const bool space = lacks_space(handle_);
  const bool corrupt = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  return refusal(space     ? Errc::no_space
                 : corrupt ? Errc::corrupt
                           : Errc::io,
                 doing + ": " + sqlite3_errmsg(handle_));
}

Result<void> Statement::prepare(Database& database, const char* sql) {
  if (sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
      SQLITE_OK)
    return database.last_error(sql);
  return {};
}

}  // namespace pilotlight::store
