#include "store/sqlite/schema.hpp"

#include <iterator>
#include <string>

namespace pilotlight::store {
namespace {

constexpr int application_id = 0x50494c4f;  // "PILO"

// Keys of the large tables are row numbers, which grow: every insert is an append. `thing` holds what is few;
// what every commit writes stands there together, and a small input beside its job, because a commit pays for
// each page that it touches. final_expires is appended to as well, in one place per retention class.
constexpr const char* tables = R"(
BEGIN;
CREATE TABLE thing(kind INTEGER NOT NULL, key TEXT NOT NULL, record BLOB NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;
CREATE TABLE live_job(row INTEGER PRIMARY KEY, record BLOB NOT NULL, input BLOB);
CREATE TABLE final_job(row INTEGER PRIMARY KEY, expires INTEGER NOT NULL, record BLOB NOT NULL, input BLOB);
CREATE INDEX final_expires ON final_job(expires);
CREATE TABLE payload(number INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE body_file(number INTEGER PRIMARY KEY);
PRAGMA application_id = 1346980943;
PRAGMA user_version = 1;
COMMIT;
)";

// Chunks of place row have a body, those of place file have none.
constexpr const char* from_1_to_2 = R"(
BEGIN;
CREATE TABLE stream(job INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE chunk(job INTEGER NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, payload INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB, PRIMARY KEY(job, run, number)) WITHOUT ROWID;
PRAGMA user_version = 2;
COMMIT;
)";

// A held row stays beyond its expiry, and costs those that look for expired ones nothing.
constexpr const char* from_2_to_3 = R"(
BEGIN;
ALTER TABLE final_job ADD COLUMN held INTEGER;
DROP INDEX final_expires;
CREATE INDEX final_expires ON final_job(expires) WHERE held IS NULL;
CREATE TABLE webhook(job INTEGER PRIMARY KEY, open INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX webhook_open ON webhook(job) WHERE open;
CREATE TABLE webhook_attempt(job INTEGER NOT NULL, number INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY(job, number)) WITHOUT ROWID;
PRAGMA user_version = 3;
COMMIT;
)";

constexpr const char* from_3_to_4 = R"(
BEGIN;
CREATE TABLE batch(number INTEGER PRIMARY KEY, expires INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX batch_expires ON batch(expires);
CREATE TABLE batch_request(batch INTEGER NOT NULL, job INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY(batch, job)) WITHOUT ROWID;
PRAGMA user_version = 4;
COMMIT;
)";

constexpr const char* from_4_to_5 = R"(
BEGIN;
CREATE TABLE idempotency(endpoint TEXT NOT NULL, key TEXT NOT NULL, expires INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY(endpoint, key)) WITHOUT ROWID;
CREATE INDEX idempotency_expires ON idempotency(expires);
PRAGMA user_version = 5;
COMMIT;
)";

// Null in rows of version 5 and before.
constexpr const char* from_5_to_6 = R"(
BEGIN;
ALTER TABLE chunk ADD COLUMN sum INTEGER;
PRAGMA user_version = 6;
COMMIT;
)";

/// From each version to the next.
constexpr const char* steps[] = {tables, from_1_to_2, from_2_to_3, from_3_to_4, from_4_to_5, from_5_to_6};

Result<std::int64_t> pragma(Database& database, const char* sql) {
  Statement statement;
  if (auto prepared = statement.prepare(database, sql); !prepared) return prepared.error();
  if (statement.step() != SQLITE_ROW) return database.last_error(sql);
  return statement.number(0);
}

}  // namespace

Result<void> configure_writer(Database& database) {
  for (const char* sql :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 0",
        "PRAGMA cache_size = -32768", "PRAGMA temp_store = MEMORY", "PRAGMA foreign_keys = OFF"})
    if (auto done = database.run(sql); !done) return done.error();
  return {};
}

Result<void> prepare_schema(Database& database) {
  static_assert(application_id == 1346980943);
  const Result<std::int64_t> version = pragma(database, "PRAGMA user_version");
  if (!version) return version.error();
  const Result<std::int64_t> application = pragma(database, "PRAGMA application_id");
  if (!application) return application.error();
  const bool empty = *version == 0 && *application == 0;
  if (!empty && *application != application_id)
    return refusal(Errc::corrupt, "the database in the data folder belongs to another program");
  if (*version > schema_version)
    return refusal(Errc::corrupt,
                   "the data folder was written by a newer version of pilotlight; use that version");
  static_assert(std::size(steps) == schema_version);
  for (auto step = static_cast<std::size_t>(*version); step < std::size(steps); ++step)
    if (auto done = database.run(steps[step]); !done) return done.error();
  return {};
}

}  // namespace pilotlight::store
