// What the contract does not ask: other programs, kills, the files on disk.
#include "store/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/random.hpp"
#include "domain/record.hpp"
#include "store/codec.hpp"
#include "store/sqlite/database.hpp"
#include "store/values_test.hpp"

namespace pilotlight::store {
namespace {

using testing::job;

struct TempStore {
  TempStore() { reopen(); }
  ~TempStore() {
    open.reset();
    std::filesystem::remove_all(folder);
  }
  void reopen() {
    open.reset();
    auto opened = open_sqlite_store({folder, 0});
    ASSERT_TRUE(opened) << opened.error().message;
    open = std::move(*opened);
  }
  static std::string make_folder() {
    char name[] = "/tmp/pilotlight-store-XXXXXX";
    return ::mkdtemp(name);
  }
  const std::string folder = make_folder();
  std::unique_ptr<Store> open;
};

TEST(SqliteStore, waits_for_a_lock_that_another_program_holds) {
  TempStore subject;
  Database shell;
  ASSERT_TRUE(shell.open(subject.folder + "/pilotlight.db", Database::Mode::read_write));
  ASSERT_TRUE(shell.run("BEGIN IMMEDIATE"));
  std::atomic<bool> released{false};
  std::thread person([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    released = true;
    (void)shell.run("ROLLBACK");
  });
  const std::vector<Record> records{record::JobSaved{job(1)}};
  const auto done = subject.open->commit(timestamp_from_ms(1), records, {});
  EXPECT_TRUE(done && released);
  person.join();
}

TEST(SqliteStore, sweeps_body_files_that_no_record_names) {
  TempStore subject;
  const PayloadRef kept{1, 1, PayloadPlace::file}, orphan{2, 1, PayloadPlace::file};
  ASSERT_TRUE(subject.open->write_file(kept, make_body("k")));
  ASSERT_TRUE(subject.open->write_file(orphan, make_body("o")));
  const std::vector<Record> records{record::PayloadKept{kept}};
  ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), records, {}));
  subject.reopen();
  EXPECT_TRUE(subject.open->read(kept));
  EXPECT_FALSE(subject.open->read(orphan));
}

TEST(SqliteStore, keeps_every_acknowledged_batch_over_kills_at_random_instants) {
  char name[] = "/tmp/pilotlight-kill-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  Random random(5);
  RowNumber acknowledged = 0;
  for (int round = 0; round < 8; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto opened = open_sqlite_store({folder, 0});
      if (!opened) ::_exit(1);
      for (RowNumber row = acknowledged + 1;; ++row) {
        const std::vector<Record> records{record::JobSaved{job(row)}};
        if (!(*opened)->commit(timestamp_from_ms(1), records, {})) ::_exit(1);
        if (::write(pipe_ends[1], &row, sizeof row) != sizeof row) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    RowNumber row = 0;
    const auto enough = acknowledged + 1 + random.below(60);
    while (::read(pipe_ends[0], &row, sizeof row) == sizeof row) {
      acknowledged = row;
      if (row == enough) ::kill(child, SIGKILL);
    }
    ::close(pipe_ends[0]);
    ::waitpid(child, nullptr, 0);
    auto opened = open_sqlite_store({folder, 0});
    ASSERT_TRUE(opened) << opened.error().message;
    std::vector<RowNumber> rows;
    ASSERT_TRUE((*opened)->load(
        [&](Record record) { rows.push_back(std::get<record::JobSaved>(record).value.id.row()); }));
    std::sort(rows.begin(), rows.end());
    ASSERT_GE(rows.size(), acknowledged);
    for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], i + 1);
    acknowledged = rows.size();
  }
  std::filesystem::remove_all(folder);
}

TEST(SqliteStore, begins_its_wal_anew_while_commits_go_on) {
  TempStore subject;
  const std::string wal = subject.folder + "/pilotlight.db-wal";
  const Body body = make_body(std::string(60'000, 'b'));
  std::uintmax_t largest = 0;
  for (RowNumber number = 1; number <= 4000; number += 2) {
    const PayloadRef one{number, 60'000, PayloadPlace::row}, two{number + 1, 60'000, PayloadPlace::row};
    const std::vector<Record> records{record::PayloadKept{one}, record::PayloadKept{two}};
    ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), records,
                                     std::vector<StoredPayload>{{one, body}, {two, body}}));
    largest = std::max(largest, std::filesystem::file_size(wal));
  }
  EXPECT_LT(largest, 66U << 20) << "of 240 MB written";
}

TEST(SqliteStore, a_scan_neither_sorts_jobs_nor_looks_at_more_than_it_shows) {
  TempStore subject;
  std::vector<Record> records;
  for (RowNumber row = 1; row <= 20'000; ++row) {
    FinalJob ended;
    ended.id = job(row).id;
    ended.expires = timestamp_from_ms(1'000'000);
    records.push_back(row % 2 == 0 ? Record(record::JobSaved{job(row)}) : Record(record::JobFinished{ended}));
  }
  ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), records, {}));
  const auto quickest = [&](std::size_t rows_max) {
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 20; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_TRUE(subject.open->scan_jobs({.rows_max = rows_max}, timestamp_from_ms(1),
                                          [](const StoredJob&) { return true; }));
      best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  // A thousandth of the work, were it not for sorting; the best of many, and a wide factor.
  EXPECT_LT(quickest(20), quickest(20'000) / 20);
}

TEST(SqliteStore, refuses_a_database_that_is_not_its_own_or_newer) {
  TempStore subject;
  subject.open.reset();
  const std::string command = "sqlite3 " + subject.folder + "/pilotlight.db 'PRAGMA user_version = 99'";
  ASSERT_EQ(std::system((command + " > /dev/null").c_str()), 0);
  const auto opened = open_sqlite_store({subject.folder, 0});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("newer version"), std::string::npos);
}

TEST(SqliteStore, brings_an_older_database_up_to_date) {
  const std::string to_version_5 = "ALTER TABLE chunk DROP COLUMN sum; PRAGMA user_version = 5; ";
  const std::string to_version_4 = to_version_5 + "DROP TABLE idempotency; PRAGMA user_version = 4; ";
  const std::string to_version_1 =
      to_version_4 +
      "DROP TABLE batch; DROP TABLE batch_request; DROP TABLE webhook; DROP TABLE webhook_attempt; "
      "DROP INDEX final_expires; ALTER TABLE final_job DROP COLUMN held; "
      "CREATE INDEX final_expires ON final_job(expires); DROP TABLE chunk; DROP TABLE stream; "
      "PRAGMA user_version = 1";
  for (const std::string& downgrade : {to_version_5, to_version_4, to_version_1}) {
    TempStore subject;
    const PayloadRef chunk{7, 5, PayloadPlace::row};
    const std::vector<Record> jobs{record::JobSaved{job(1)}, record::ChunkSaved{job(1).id, 0, 0, chunk},
                                   record::StreamSaved{{job(1).id, 0, 1, 5, 0}}};
    const std::vector<StoredPayload> chunks{{chunk, make_body("chunk")}};
    ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), jobs, chunks));
    subject.open.reset();
    const std::string command = "sqlite3 " + subject.folder + "/pilotlight.db '" + downgrade + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    subject.reopen();
    Batch batch;
    batch.number = 2;
    batch.expires = timestamp_from_ms(9'000);
    const Idempotency keyed{testing::endpoint, {"k", "h"}, job(1).id, timestamp_from_ms(9'000)};
    const std::vector<Record> newer{record::BatchSaved{batch}, record::IdempotencySaved{keyed}};
    ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), newer, {}));
    EXPECT_EQ((*subject.open->batch(2, timestamp_from_ms(1)))->number, 2U);
    EXPECT_EQ(*subject.open->idempotency(testing::endpoint, "k", timestamp_from_ms(1)), keyed);
    int loaded = 0;
    ASSERT_TRUE(subject.open->load(
        [&loaded](Record record) { loaded += std::holds_alternative<record::JobSaved>(record); }));
    EXPECT_EQ(loaded, 1);
    const bool has_chunks = downgrade != to_version_1;
    EXPECT_EQ(subject.open->chunks(job(1).id, 0, 0, 1)->size(), has_chunks ? 1U : 0U);
  }
}

/// Ends the store and opens it again; what it knows of the whole of it once that is known.
Integrity integrity_after(TempStore& subject, const std::string& between) {
  subject.open.reset();
  const std::string command = "sqlite3 " + subject.folder + "/pilotlight.db \"" + between + "\"";
  if (!between.empty()) {
    EXPECT_EQ(std::system((command + " > /dev/null").c_str()), 0);
  }
  subject.reopen();
  EXPECT_TRUE(subject.open->load([](Record) {}));
  while (subject.open->integrity().state == Integrity::State::running)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return subject.open->integrity();
}

TEST(SqliteStore, is_checked_unless_it_is_as_the_last_clean_end_left_it) {
  TempStore subject;
  EXPECT_EQ(integrity_after(subject, "").state, Integrity::State::passed) << "never loaded";
  const std::vector<Record> records{record::JobSaved{job(1)}};
  ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), records, {}));
  EXPECT_EQ(integrity_after(subject, "").state, Integrity::State::not_checked);
  EXPECT_EQ(integrity_after(subject, "PRAGMA user_version = 6").state, Integrity::State::passed)
      << "another program wrote";
  EXPECT_EQ(integrity_after(subject, "").state, Integrity::State::not_checked);
  ASSERT_EQ(std::filesystem::remove(subject.folder + "/clean"), false) << "only while it is closed";
  subject.open.reset();
  ASSERT_TRUE(std::filesystem::remove(subject.folder + "/clean"));
  subject.reopen();
  EXPECT_EQ(integrity_after(subject, "").state, Integrity::State::passed) << "a start without a load";
}

TEST(SqliteStore, names_what_is_lost_and_looks_again_at_the_next_start) {
  const std::pair<const char*, const char*> losses[] = {
      {"DELETE FROM live_job WHERE row = 1", "the table live_job has 1 rows and should have 2"},
      {"DELETE FROM final_job WHERE row = 3", "the table final_job has 1 rows and should have 2"},
      {"DELETE FROM thing WHERE kind = 3", "the table thing has 0 rows and should have 1"},
      {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema "
       "WHERE name = 'stream') WHERE name = 'webhook'",
       "2nd reference to page"},
  };
  for (const auto& [loss, finding] : losses) {
    TempStore subject;
    ASSERT_TRUE(subject.open->load([](Record) {}));
    FinalJob three, four;
    three.id = job(3).id;
    four.id = job(4).id;
    three.expires = four.expires = timestamp_from_ms(9'000'000);
    const std::vector<Record> records{record::JobSaved{job(1)}, record::JobSaved{job(2)},
                                      record::JobFinished{three}, record::JobFinished{four},
                                      record::ApiKeySaved{"aa"}};
    for (int twice = 0; twice < 2; ++twice)
      ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), records, {}));
    EXPECT_EQ(integrity_after(subject, "").state, Integrity::State::not_checked);
    for (const std::string& between : {std::string(loss), std::string()}) {
      const Integrity found = integrity_after(subject, between);
      EXPECT_EQ(found.state, Integrity::State::damaged) << loss;
      EXPECT_NE(found.finding.find(finding), std::string::npos) << found.finding;
    }
  }
}

TEST(SqliteStore, tells_of_commits_that_a_damaged_wal_takes_along) {
  TempStore subject;
  subject.open.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = open_sqlite_store({subject.folder, 0});
    for (RowNumber row = 1; opened && row <= 9; ++row) {
      const std::vector<Record> records{record::JobSaved{job(row)}};
      if (!(*opened)->commit(timestamp_from_ms(1), records, {})) ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  const std::string wal = subject.folder + "/pilotlight.db-wal";
  std::fstream file(wal, std::ios::in | std::ios::out | std::ios::binary);
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(wal));
  file.seekp(size / 2);
  file.write("damaged", 7);
  file.close();
  subject.reopen();
  const Integrity found = subject.open->integrity();
  EXPECT_EQ(found.state, Integrity::State::damaged);
  EXPECT_TRUE(found.finding.starts_with("the WAL is damaged, and ")) << found.finding;
}

TEST(SqliteStore, counts_rows_as_they_come_go_and_come_back) {
  TempStore subject;
  ASSERT_TRUE(subject.open->load([](Record) {}));
  FinalJob ended;
  ended.id = job(1).id;
  ended.expires = timestamp_from_ms(1'000);
  const std::vector<std::vector<Record>> commits{
      {record::JobSaved{job(1)}, record::JobSaved{job(2)}, record::ApiKeySaved{"aa"}},
      {record::JobFinished{ended}, record::ApiKeySaved{"bb"}},
      {record::JobRevived{ended.id}, record::JobSaved{job(1)}},
      {record::JobFinished{ended}, record::JobSaved{job(2)}, record::WorkerRemoved{*WorkerId::parse("w")}},
  };
  for (const auto& records : commits) {
    ASSERT_TRUE(subject.open->commit(timestamp_from_ms(1), records, {}));
    EXPECT_EQ(integrity_after(subject, "PRAGMA user_version = 6").state, Integrity::State::passed);
  }
  subject.open->maintain(timestamp_from_ms(1'000'000));
  EXPECT_EQ(integrity_after(subject, "PRAGMA user_version = 6").state, Integrity::State::passed);
  ASSERT_FALSE(*subject.open->final_job(ended.id, Timestamp::min())) << "it expired";
}

/// The value as it was stored under `version`, which lacked `bytes` bytes that ended `behind` before the end.
template <class R>
Result<R> read_as_of(const R& value, std::uint8_t version, std::size_t bytes, std::size_t behind = 0) {
  std::string stored;
  to_stored(value, stored);
  stored.erase(stored.size() - behind - bytes, bytes);
  stored[0] = static_cast<char>(version);
  const std::uint32_t sum = crc32c(std::string_view(stored).substr(5)) ^ version;
  std::memcpy(stored.data() + 1, &sum, sizeof sum);
  return from_stored<R>(stored, "x");
}

TEST(StoredValues, of_older_versions_are_read) {
  constexpr std::size_t turn = 1 + 8 + 4;
  Job old = job(5);
  old.webhook = true;
  old.input = {5, 17, PayloadPlace::row};
  for (const std::uint8_t version : {4, 5}) {
    const auto job_of = read_as_of(record::JobSaved{old}, version, 0);
    ASSERT_TRUE(job_of) << job_of.error().message;
    EXPECT_EQ(job_of->value, old);
  }
  const auto third = read_as_of(record::JobSaved{old}, 3, 1);
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(third->value, old);
  const auto second = read_as_of(record::JobSaved{old}, 2, turn + 1);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->value, old);
  const auto first = read_as_of(record::JobSaved{old}, 1, turn + 2);
  old.webhook = false;
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->value, old);

  FinalJob ended;
  ended.id = old.id;
  ended.webhook = true;
  for (const std::uint8_t version : {2, 3, 4}) {
    const auto final = read_as_of(record::JobFinished{ended}, version, 5 + (version == 2 ? 1 + 4 : 0));
    ASSERT_TRUE(final) << final.error().message;
    EXPECT_EQ(final->value, ended);
  }

  Endpoint endpoint_of;
  endpoint_of.name = "an endpoint";
  constexpr std::size_t account = 4, ttl = 1, flash = 4, ports = 4;
  constexpr std::size_t lacks[] = {36 + account, 2 + account, 1 + account, account, 0};
  for (const std::uint8_t version : {1, 2, 3, 4, 5}) {
    const std::size_t bytes = lacks[version - 1] + ttl + flash;
    const auto endpoint = read_as_of(record::EndpointSaved{endpoint_of, true}, version, bytes, 1);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->value, endpoint_of);
    EXPECT_TRUE(endpoint->deleting);
  }
  Template of_workers;
  of_workers.name = "a template";
  constexpr std::size_t lack[] = {1 + account + ports, account + ports, account + ports, ports, 0};
  for (const std::uint8_t version : {1, 2, 3, 4, 5}) {
    const auto read = read_as_of(record::TemplateSaved{of_workers}, version, lack[version - 1] + 8 + 4);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->value, of_workers);
  }
  const auto key = read_as_of(record::ApiKeySaved{"aa", AccountId{7}}, 1, account + 2 * 8);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->sha256_hex, "aa");
  EXPECT_EQ(key->account, AccountId::first);
  BatchRequest request;
  request.id = old.id;
  for (const std::uint8_t version : {1, 2}) {
    const auto batch = read_as_of(record::BatchRequestSaved{request}, version, version == 1 ? 17 : 0);
    ASSERT_TRUE(batch) << batch.error().message;
    EXPECT_EQ(batch->value, request);
  }
  const auto marks = read_as_of(Marks{timestamp_from_ms(7), 8, std::nullopt}, 1, 1);
  ASSERT_TRUE(marks) << marks.error().message;
  EXPECT_EQ(marks->row_highest, 8U);
  EXPECT_FALSE(marks->rows);
  EXPECT_FALSE(read_as_of(record::BatchRequestSaved{request}, 0, 17));
}

TEST(StoredValues, refuse_what_was_damaged) {
  std::string good;
  to_stored(record::JobSaved{job(5)}, good);
  EXPECT_TRUE(from_stored<record::JobSaved>(good, "x"));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    EXPECT_FALSE(from_stored<record::JobSaved>(bad, "x")) << i;
  }
}

}  // namespace
}  // namespace pilotlight::store
