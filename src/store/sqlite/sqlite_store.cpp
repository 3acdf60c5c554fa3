#include "store/sqlite/sqlite_store.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/folder_sync.hpp"
#include "base/log.hpp"
#include "domain/record.hpp"
#include "store/body_files.hpp"
#include "store/checked.hpp"
#include "store/codec.hpp"
#include "store/sqlite/checkpointer.hpp"
#include "store/sqlite/clean_mark.hpp"
#include "store/sqlite/disk_space.hpp"
#include "store/sqlite/integrity_check.hpp"
#include "store/sqlite/loader.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/record_writer.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/wal_tail.hpp"

namespace pilotlight::store {
namespace {

constexpr std::size_t expired_per_commit = 64;
constexpr std::size_t expired_per_upkeep = 500;
constexpr milliseconds expired_looked_for_every{100};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const SqliteOptions& options)
      : options_(options),
        path_(options.folder + "/pilotlight.db"),
        clean_(path_),
        files_(options.folder + "/bodies"),
        space_(options.folder, options.disk_reserve) {}
  ~SqliteStore() override;

  Result<void> open();
  Result<Loaded> load(const std::function<void(Record)>& each) override;
  Result<void> commit(Timestamp now, std::span<const Record> records,
                      std::span<const StoredPayload> payloads) override;
  void maintain(Timestamp now) override;
  Result<void> write_file(const PayloadRef& ref, const Body& body) override;
  void discard_file(const PayloadRef& ref) override { files_.remove(ref.number); }
  Result<Body> read(const PayloadRef& ref) override;
  Result<std::optional<FinalJob>> final_job(JobId id, Timestamp now) override;
  Result<std::optional<RowNumber>> scan_jobs(const JobScan& scan, Timestamp now,
                                             const std::function<bool(const StoredJob&)>& each) override;
  Result<std::optional<Batch>> batch(RowNumber number, Timestamp now) override {
    return with_reader([&](Reader& reader) { return reader.batches.batch(number, now); });
  }
  Result<std::vector<Batch>> batches(const EndpointId& endpoint, Timestamp now) override {
    return with_reader([&](Reader& reader) { return reader.batches.batches(endpoint, now); });
  }
  Result<std::vector<BatchEntry>> batch_requests(RowNumber number, std::size_t skip, std::size_t most,
                                                 Timestamp now) override {
    return with_reader([&](Reader& reader) { return reader.batches.requests(number, skip, most, now); });
  }
  Result<std::optional<BatchEntry>> batch_request(RowNumber number, JobId id, Timestamp now) override {
    return with_reader([&](Reader& reader) { return reader.batches.request(number, id, now); });
  }
  Result<std::optional<Idempotency>> idempotency(const EndpointId& endpoint, std::string_view key,
                                                 Timestamp now) override {
    return with_reader([&](Reader& reader) { return reader.idempotency(endpoint, key, now); });
  }
  Result<std::optional<StreamState>> stream(JobId id) override;
  Result<std::vector<Body>> chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                   std::uint32_t to) override;
  Result<std::optional<WebhookLog>> webhook(JobId id) override {
    return with_reader([id](Reader& reader) { return reader.webhook(id); });
  }
  Result<void> accepts_jobs() override { return space_.accepts_jobs(); }
  Result<void> can_commit() override { return space_.can_commit(); }
  Integrity integrity() override { return check_.integrity(); }

 private:
  const RowCounts& counts() const { return *records_.marks().rows; }
  /// The rows of a table against those that the marks count; false if they differ, which is then known.
  bool compare(const char* table, std::int64_t rows, std::int64_t expected);
  void sweep_files();
  /// Tells of commits that are lost because the WAL is damaged.
  void look_behind_wal();
  /// Whether the stream has this chunk now.
  bool should_have(JobId id, std::uint32_t run, std::uint32_t chunk);
  /// `before`: what the marks were when the transaction began.
  Result<void> roll_back(const std::string& doing, const Marks& before);
  /// The same result; damage is remembered.
  template <class T>
  Result<T> noted(Result<T> result) {
    if (!result && result.error().code == Errc::corrupt) damaged_ = true;
    return result;
  }
  static int on_wal(void* self, sqlite3*, const char*, int pages);

  /// Runs `use` with a reader: the writer's own on the committing thread, else one from the pool.
  template <class Use>
  auto with_reader(Use&& use) -> decltype(use(std::declval<Reader&>()));

  const SqliteOptions options_;
  const std::string path_;
  CleanMark clean_;  ///< first: written when all connections are closed
  BodyFiles files_;
  DiskSpace space_;
  Database writer_;
  Statement begin_, end_;
  RecordWriter records_;
  Reader own_reader_;
  std::atomic<std::thread::id> committing_thread_{};
  std::int64_t wal_bytes_ = 0;
  Timestamp expired_due_{};  ///< when a commit next looks for expired jobs
  Checkpointer checkpointer_;
  IntegrityCheck check_;
  bool was_clean_ = false;            ///< the last end
  bool loaded_ = false;               ///< everything could be read at the start
  std::atomic<bool> damaged_{false};  ///< a read or a commit found something that cannot be

  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<Reader>> pool_;
};

SqliteStore::~SqliteStore() {
  check_.stop();
  checkpointer_.stop();
  const Integrity::State state = check_.integrity().state;
  const bool checked = state == Integrity::State::not_checked || state == Integrity::State::passed;
  if (loaded_ && checked && !damaged_) clean_.set();
}

Result<void> SqliteStore::open() {
  was_clean_ = clean_.take();
  if (auto done = files_.open(); !done) return done.error();
  if (auto done = writer_.open(path_, Database::Mode::read_write); !done) return done.error();
  if (auto done = configure_writer(writer_); !done) return done.error();
  if (!was_clean_) look_behind_wal();
  if (auto done = prepare_schema(writer_); !done) return done.error();
  if (auto done = space_.watch(path_); !done) return done.error();
  if (!sync_folder(options_.folder)) return refusal(Errc::io, "cannot sync the folder " + options_.folder);
  if (auto done = begin_.prepare(writer_, "BEGIN IMMEDIATE"); !done) return done.error();
  if (auto done = end_.prepare(writer_, "COMMIT"); !done) return done.error();
  if (auto done = records_.prepare(writer_); !done) return done.error();
  if (auto done = own_reader_.prepare_on(writer_); !done) return done.error();
  const Result<Marks> marks = read_marks(writer_);
  if (!marks) return marks.error();
  records_.continue_from(*marks);
  sqlite3_wal_hook(writer_.handle(), on_wal, this);
  sweep_files();
  return checkpointer_.start(path_);
}

void SqliteStore::look_behind_wal() {
  if (!writer_.run("SELECT count(*) FROM sqlite_schema")) return;
  const std::size_t lost = commits_behind_the_wal(path_);
  if (lost == 1)
    log::warn("wal_cut_off commits=1 reason=\"the power failed during this commit, or the WAL is damaged\"");
  if (lost > 1)
    check_.found("the WAL is damaged, and " + std::to_string(lost) + " commits after the damage are lost");
}

int SqliteStore::on_wal(void* self, sqlite3*, const char*, int pages) {
  static_cast<SqliteStore*>(self)->wal_bytes_ = static_cast<std::int64_t>(pages) * 4096;
  return SQLITE_OK;
}

void SqliteStore::sweep_files() {
  std::unordered_set<RowNumber> known;
  Statement all;
  if (!all.prepare(writer_, "SELECT number FROM body_file")) return;
  int code = 0;
  while ((code = all.step()) == SQLITE_ROW) known.insert(static_cast<RowNumber>(all.number(0)));
  all.reset();
  // What is not known to be an orphan stays.
  if (code != SQLITE_DONE ||
      !compare("body_file", static_cast<std::int64_t>(known.size()), counts().body_files))
    return;
  const std::size_t removed = files_.sweep([&known](RowNumber number) { return known.contains(number); });
  if (removed > 0) log::info("orphan_bodies_removed count={}", removed);
}

bool SqliteStore::compare(const char* table, std::int64_t rows, std::int64_t expected) {
  if (rows == expected) return true;
  check_.found(std::string("the table ") + table + " has " + std::to_string(rows) + " rows and should have " +
               std::to_string(expected));
  return false;
}

Result<Loaded> SqliteStore::load(const std::function<void(Record)>& each) {
  const Result<RowCounts> found = load_records(writer_, each);
  if (!found) return found.error();
  compare("thing", found->things, counts().things);
  compare("live_job", found->live_jobs, counts().live_jobs);
  const bool suspect = !was_clean_ || check_.integrity().state == Integrity::State::damaged;
  if (suspect && !std::exchange(loaded_, true))
    if (auto started = check_.start(path_); !started) return started.error();
  loaded_ = true;
  return Loaded{records_.marks().newest, records_.marks().row_highest};
}

Result<void> SqliteStore::roll_back(const std::string& doing, const Marks& before) {
  const Error error = writer_.last_error(doing);
  records_.continue_from(before);
  sqlite3_exec(writer_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  if (error.code == Errc::no_space)
    space_.refused_commit();
  else
    damaged_ = true;
  return error;
}

Result<void> SqliteStore::commit(Timestamp now, std::span<const Record> records,
                                 std::span<const StoredPayload> payloads) {
  committing_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  std::vector<RowNumber> dead_files;
  const Marks before = records_.marks();
  if (!begin_.run()) return roll_back("cannot begin", before);
  bool ok = records_.write(records, payloads, dead_files);
  if (ok && now >= expired_due_) {
    const bool more = records_.remove_expired(now - final_row_outlives_expiry, expired_per_commit, dead_files,
                                              ok) >= expired_per_commit;
    expired_due_ = more ? now : now + expired_looked_for_every;
  }
  ok = ok && records_.write_marks(now);
  if (!ok) return roll_back("cannot write", before);
  if (!end_.run()) return roll_back("cannot commit", before);
  space_.committed();
  for (const RowNumber number : dead_files) files_.remove(number);
  check_.after_commit(wal_bytes_);
  checkpointer_.after_commit(wal_bytes_);
  return {};
}

void SqliteStore::maintain(Timestamp now) {
  committing_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  std::vector<RowNumber> dead_files;
  if (!begin_.run()) return;
  bool ok = true;
  const Marks before = records_.marks();
  const std::size_t removed =
      records_.remove_expired(now - final_row_outlives_expiry, expired_per_upkeep, dead_files, ok);
  ok = ok && (removed == 0 || records_.write_marks(before.newest));
  if (!ok || removed == 0) {
    records_.continue_from(before);
    sqlite3_exec(writer_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    return;
  }
  if (!end_.run()) {
    roll_back("cannot remove expired jobs", before);
    return;
  }
  for (const RowNumber number : dead_files) files_.remove(number);
  checkpointer_.after_commit(wal_bytes_);
}

Result<void> SqliteStore::write_file(const PayloadRef& ref, const Body& body) {
  Result<void> written = files_.write(ref, body);
  if (!written && written.error().code == Errc::no_space) space_.refused_file();
  return written;
}

template <class Use>
auto SqliteStore::with_reader(Use&& use) -> decltype(use(std::declval<Reader&>())) {
  if (committing_thread_.load(std::memory_order_relaxed) == std::this_thread::get_id())
    return noted(use(own_reader_));
  std::unique_ptr<Reader> reader;
  {
    const std::lock_guard lock(pool_mutex_);
    if (!pool_.empty()) {
      reader = std::move(pool_.back());
      pool_.pop_back();
    }
  }
  if (!reader) {
    reader = std::make_unique<Reader>();
    if (auto opened = reader->open(path_); !opened) return opened.error();
  }
  auto result = noted(use(*reader));
  const std::lock_guard lock(pool_mutex_);
  pool_.push_back(std::move(reader));
  return result;
}

Result<Body> SqliteStore::read(const PayloadRef& ref) {
  switch (ref.place) {
    case PayloadPlace::none: return refusal(Errc::not_found, "there is no payload");
    case PayloadPlace::file: return noted(checked(ref, files_.read(ref)));
    case PayloadPlace::row: break;
  }
  return noted(checked(ref, with_reader([&](Reader& reader) { return reader.payload(ref); })));
}

Result<std::optional<FinalJob>> SqliteStore::final_job(JobId id, Timestamp now) {
  return with_reader([&](Reader& reader) { return reader.final_job(id, now); });
}

Result<std::optional<RowNumber>> SqliteStore::scan_jobs(const JobScan& scan, Timestamp now,
                                                        const std::function<bool(const StoredJob&)>& each) {
  return with_reader([&](Reader& reader) { return reader.scan_jobs(scan, now, each); });
}

Result<std::optional<StreamState>> SqliteStore::stream(JobId id) {
  return with_reader([&](Reader& reader) { return reader.stream(id); });
}

Result<std::vector<Body>> SqliteStore::chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                              std::uint32_t to) {
  auto found = with_reader([&](Reader& reader) { return reader.chunks(id, run, from, to); });
  if (!found) return found.error();
  std::vector<Body> bodies;
  for (Reader::Chunk& chunk : found->all) {
    if (chunk.number != from + bodies.size()) break;
    if (!chunk.body) {
      Result<Body> body = files_.read(chunk.ref);
      if (!body && body.error().code == Errc::not_found) break;
      if (!body) return noted(std::move(body)).error();
      chunk.body = std::move(*body);
    }
    Result<Body> body = noted(checked({id.row(), run, chunk.number}, chunk.ref, chunk.sum, chunk.body));
    if (!body) return body.error();
    bodies.push_back(std::move(*body));
  }
  const bool complete = from + bodies.size() >= to || (found->more && bodies.size() == found->all.size());
  if (!complete && should_have(id, run, from + static_cast<std::uint32_t>(bodies.size())))
    return noted(Result<std::vector<Body>>(chunks_lost(id.row()))).error();
  return bodies;
}

bool SqliteStore::should_have(JobId id, std::uint32_t run, std::uint32_t chunk) {
  const auto now = stream(id);
  return now && *now && (*now)->run == run && chunk < (*now)->chunks;
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
  // SQLite's own memory statistics cost a lock an allocation. Refused, and of no matter, once it is in use.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  auto store = std::make_unique<SqliteStore>(options);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace pilotlight::store
