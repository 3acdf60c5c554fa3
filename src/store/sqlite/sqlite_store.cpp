#include "store/sqlite/sqlite_store.hpp"

#include <sys/statvfs.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/folder_sync.hpp"
#include "base/log.hpp"
#include "store/body_files.hpp"
#include "store/codec.hpp"
#include "store/sqlite/checkpointer.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/record_writer.hpp"
#include "store/sqlite/schema.hpp"

namespace pilotlight::store {
namespace {

constexpr std::size_t expired_per_commit = 64;
constexpr std::size_t expired_per_upkeep = 500;
constexpr milliseconds expired_looked_for_every{100};
constexpr std::chrono::milliseconds reserve_checked_every{100};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const SqliteOptions& options)
      : options_(options), path_(options.folder + "/pilotlight.db"), files_(options.folder + "/bodies") {}
  ~SqliteStore() override { checkpointer_.stop(); }

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
  bool accepts_jobs() override;

 private:
  template <class R>
  Result<void> load_things(ThingKind kind, const std::function<void(Record)>& each);
  /// All records of this kind that the query finds; its columns are a key and the record.
  template <class R>
  Result<void> load_rows(const char* sql, const std::function<void(Record)>& each);
  Result<Loaded> load_marks();
  void sweep_files();
  Result<void> roll_back(const std::string& doing);
  static int on_wal(void* self, sqlite3*, const char*, int pages);

  /// Runs `use` with a reader: the writer's own on the committing thread, else one from the pool.
  template <class Use>
  auto with_reader(Use&& use) -> decltype(use(std::declval<Reader&>()));

  const SqliteOptions options_;
  const std::string path_;
  BodyFiles files_;
  Database writer_;
  Statement begin_, end_;
  RecordWriter records_;
  Reader own_reader_;
  std::atomic<std::thread::id> committing_thread_{};
  std::int64_t wal_bytes_ = 0;
  Timestamp expired_due_{};  ///< when a commit next looks for expired jobs
  Checkpointer checkpointer_;

  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<Reader>> pool_;

  std::atomic<bool> full_{false};
  std::atomic<bool> above_reserve_{true};
  std::atomic<std::int64_t> reserve_checked_{0};
};

Result<void> SqliteStore::open() {
  if (auto done = files_.open(); !done) return done.error();
  if (auto done = writer_.open(path_, Database::Mode::read_write); !done) return done.error();
  if (auto done = configure_writer(writer_); !done) return done.error();
  if (auto done = prepare_schema(writer_); !done) return done.error();
  if (!sync_folder(options_.folder)) return refusal(Errc::io, "cannot sync the folder " + options_.folder);
  if (auto done = begin_.prepare(writer_, "BEGIN IMMEDIATE"); !done) return done.error();
  if (auto done = end_.prepare(writer_, "COMMIT"); !done) return done.error();
  if (auto done = records_.prepare(writer_); !done) return done.error();
  if (auto done = own_reader_.prepare_on(writer_); !done) return done.error();
  sqlite3_wal_hook(writer_.handle(), on_wal, this);
  sweep_files();
  return checkpointer_.start(path_);
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
  if (code != SQLITE_DONE) return;  // what is not known to be an orphan stays
  const std::size_t removed = files_.sweep([&known](RowNumber number) { return known.contains(number); });
  if (removed > 0) log::info("orphan_bodies_removed count={}", removed);
}

template <class R>
Result<void> SqliteStore::load_things(ThingKind kind, const std::function<void(Record)>& each) {
  Statement all;
  if (auto done = all.prepare(writer_, "SELECT key, record FROM thing WHERE kind = ?1"); !done)
    return done.error();
  all.bind(1, static_cast<std::int64_t>(kind));
  int code = 0;
  while ((code = all.step()) == SQLITE_ROW) {
    Result<R> record = from_stored<R>(all.bytes(1), "thing " + std::string(all.bytes(0)));
    if (!record) return record.error();
    each(std::move(*record));
  }
  if (code != SQLITE_DONE) return writer_.last_error("cannot load");
  return {};
}

template <class R>
Result<void> SqliteStore::load_rows(const char* sql, const std::function<void(Record)>& each) {
  Statement all;
  if (auto done = all.prepare(writer_, sql); !done) return done.error();
  int code = 0;
  while ((code = all.step()) == SQLITE_ROW) {
    auto record = from_stored<R>(all.bytes(1), "row " + std::to_string(all.number(0)));
    if (!record) return record.error();
    each(std::move(*record));
  }
  if (code != SQLITE_DONE) return writer_.last_error("cannot load");
  return {};
}

Result<Loaded> SqliteStore::load_marks() {
  Statement marks;
  if (auto done = marks.prepare(writer_, "SELECT record FROM thing WHERE kind = ?1"); !done)
    return done.error();
  marks.bind(1, static_cast<std::int64_t>(ThingKind::marks));
  const int code = marks.step();
  if (code == SQLITE_DONE) return Loaded{};
  if (code != SQLITE_ROW) return writer_.last_error("cannot load");
  return from_stored<Loaded>(marks.bytes(0), "marks");
}

Result<Loaded> SqliteStore::load(const std::function<void(Record)>& each) {
  if (auto done = load_things<record::TemplateSaved>(ThingKind::template_, each); !done) return done.error();
  if (auto done = load_things<record::EndpointSaved>(ThingKind::endpoint, each); !done) return done.error();
  if (auto done = load_things<record::ApiKeySaved>(ThingKind::api_key, each); !done) return done.error();
  if (auto done = load_things<record::CountersSaved>(ThingKind::counters, each); !done) return done.error();
  if (auto done = load_things<record::WorkerSaved>(ThingKind::worker, each); !done) return done.error();
  if (auto done = load_rows<record::JobSaved>("SELECT row, record FROM live_job", each); !done)
    return done.error();
  if (auto done = load_rows<record::StreamSaved>(
          "SELECT job, record FROM stream WHERE job IN (SELECT row FROM live_job)", each);
      !done)
    return done.error();
  if (auto done = load_rows<record::WebhookSaved>("SELECT job, record FROM webhook WHERE open", each); !done)
    return done.error();
  const Result<Loaded> marks = load_marks();
  if (marks) records_.continue_from(*marks);
  return marks;
}

Result<void> SqliteStore::roll_back(const std::string& doing) {
  const Error error = writer_.last_error(doing);
  sqlite3_exec(writer_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  if (error.code == Errc::no_space) full_ = true;
  return error;
}

Result<void> SqliteStore::commit(Timestamp now, std::span<const Record> records,
                                 std::span<const StoredPayload> payloads) {
  committing_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  std::vector<RowNumber> dead_files;
  if (!begin_.run()) return roll_back("cannot begin");
  bool ok = records_.write(records, payloads, dead_files);
  if (ok && now >= expired_due_) {
    const bool more = records_.remove_expired(now - final_row_outlives_expiry, expired_per_commit, dead_files,
                                              ok) >= expired_per_commit;
    expired_due_ = more ? now : now + expired_looked_for_every;
  }
  ok = ok && records_.write_marks(now);
  if (!ok) return roll_back("cannot write");
  if (!end_.run()) return roll_back("cannot commit");
  full_ = false;
  for (const RowNumber number : dead_files) files_.remove(number);
  checkpointer_.after_commit(wal_bytes_);
  return {};
}

void SqliteStore::maintain(Timestamp now) {
  committing_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  std::vector<RowNumber> dead_files;
  if (!begin_.run()) return;
  bool ok = true;
  const std::size_t removed =
      records_.remove_expired(now - final_row_outlives_expiry, expired_per_upkeep, dead_files, ok);
  if (!ok || removed == 0) {
    sqlite3_exec(writer_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    return;
  }
  if (!end_.run()) {
    roll_back("cannot remove expired jobs");
    return;
  }
  for (const RowNumber number : dead_files) files_.remove(number);
  checkpointer_.after_commit(wal_bytes_);
}

Result<void> SqliteStore::write_file(const PayloadRef& ref, const Body& body) {
  Result<void> written = files_.write(ref, body);
  if (!written && written.error().code == Errc::no_space) full_ = true;
  return written;
}

template <class Use>
auto SqliteStore::with_reader(Use&& use) -> decltype(use(std::declval<Reader&>())) {
  if (committing_thread_.load(std::memory_order_relaxed) == std::this_thread::get_id())
    return use(own_reader_);
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
  auto result = use(*reader);
  const std::lock_guard lock(pool_mutex_);
  pool_.push_back(std::move(reader));
  return result;
}

Result<Body> SqliteStore::read(const PayloadRef& ref) {
  switch (ref.place) {
    case PayloadPlace::none: return refusal(Errc::not_found, "there is no payload");
    case PayloadPlace::file: return files_.read(ref);
    case PayloadPlace::row: break;
  }
  return with_reader([&](Reader& reader) { return reader.payload(ref); });
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
  for (Reader::Chunk& chunk : *found) {
    if (!chunk.body) {
      Result<Body> body = files_.read(chunk.ref);
      if (!body) break;
      chunk.body = std::move(*body);
    }
    bodies.push_back(std::move(chunk.body));
  }
  return bodies;
}

bool SqliteStore::accepts_jobs() {
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count();
  std::int64_t last = reserve_checked_.load(std::memory_order_relaxed);
  if (now - last >= reserve_checked_every.count() && reserve_checked_.compare_exchange_strong(last, now)) {
    struct statvfs disk {};
    if (::statvfs(options_.folder.c_str(), &disk) == 0) {
      const bool writable = (disk.f_flag & ST_RDONLY) == 0;
      const bool enough = static_cast<ByteCount>(disk.f_bavail) * disk.f_frsize >= options_.disk_reserve;
      above_reserve_ = writable && enough;
      if (above_reserve_) full_ = false;  // worth another try: the commit itself will tell
    }
  }
  return above_reserve_.load(std::memory_order_relaxed) && !full_.load(std::memory_order_relaxed);
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
