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
#include "store/sqlite/record_writer.hpp"
#include "store/sqlite/schema.hpp"

namespace pilotlight::store {
namespace {

constexpr milliseconds expired_kept{60'000};  ///< a row is read as gone at once and removed a minute later
constexpr std::size_t expired_per_commit = 64;
constexpr std::size_t expired_per_upkeep = 500;
constexpr milliseconds expired_looked_for_every{100};
constexpr std::chrono::milliseconds reserve_checked_every{100};

/// A read-only connection with its statements; used by one thread at a time.
struct Reader {
  Database database;
  Statement payload, small_payload, final_job, stream, chunks;

  Result<void> open(const std::string& path) {
    if (auto done = database.open(path, Database::Mode::read_only); !done) return done.error();
    return prepare();
  }
  Result<void> prepare() { return prepare_on(database); }
  Result<void> prepare_on(Database& on) {
    if (auto done = payload.prepare(on, "SELECT body FROM payload WHERE number = ?1"); !done)
      return done.error();
    // The likeliest first; a number names one payload only, wherever it is.
    if (auto done = small_payload.prepare(
            on,
            "SELECT input FROM live_job WHERE row = ?1 AND input IS NOT NULL "
            "UNION ALL SELECT body FROM payload WHERE number = ?1 "
            "UNION ALL SELECT input FROM final_job WHERE row = ?1 AND input IS NOT NULL");
        !done)
      return done.error();
    if (auto done = final_job.prepare(on, "SELECT expires, record FROM final_job WHERE row = ?1"); !done)
      return done.error();
    if (auto done = stream.prepare(on, "SELECT record FROM stream WHERE job = ?1"); !done)
      return done.error();
    return chunks.prepare(on,
                          "SELECT payload, bytes, body FROM chunk "
                          "WHERE job = ?1 AND run = ?2 AND number >= ?3 AND number < ?4 ORDER BY number");
  }
};

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
  Result<std::optional<StreamState>> stream(JobId id) override;
  Result<std::vector<Body>> chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                   std::uint32_t to) override;
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
    const bool more =
        records_.remove_expired(now - expired_kept, expired_per_commit, dead_files, ok) == expired_per_commit;
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
  const std::size_t removed = records_.remove_expired(now - expired_kept, expired_per_upkeep, dead_files, ok);
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
  return with_reader([&](Reader& reader) -> Result<Body> {
    Statement& payload = fits_beside(ref) ? reader.small_payload : reader.payload;
    const int code = payload.bind(1, static_cast<std::int64_t>(ref.number)).step();
    Result<Body> body = refusal(Errc::not_found, "this payload is no longer kept");
    if (code == SQLITE_ROW) {
      const std::string_view bytes = payload.bytes(0);
      std::string text;
      text.reserve(bytes.size() + body_padding);
      text = bytes;
      body = make_body(std::move(text));
    } else if (code != SQLITE_DONE) {
      body = refusal(Errc::io, "cannot read a payload");
    }
    payload.reset();
    return body;
  });
}

Result<std::optional<FinalJob>> SqliteStore::final_job(JobId id, Timestamp now) {
  return with_reader([&](Reader& reader) -> Result<std::optional<FinalJob>> {
    const int code = reader.final_job.bind(1, static_cast<std::int64_t>(id.row())).step();
    std::optional<FinalJob> found;
    Result<record::JobFinished> record = refusal(Errc::not_found, "");
    if (code == SQLITE_ROW && timestamp_from_ms(reader.final_job.number(0)) > now) {
      record = from_stored<record::JobFinished>(reader.final_job.bytes(1), "final_job " + id.text());
      if (record && record->value.id == id) {
        found = record->value;
        found->expires = timestamp_from_ms(reader.final_job.number(0));
      }
    }
    reader.final_job.reset();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return refusal(Errc::io, "cannot read a job");
    if (!record && record.error().code == Errc::corrupt) return record.error();
    return found;
  });
}

Result<std::optional<StreamState>> SqliteStore::stream(JobId id) {
  return with_reader([&](Reader& reader) -> Result<std::optional<StreamState>> {
    const int code = reader.stream.bind(1, static_cast<std::int64_t>(id.row())).step();
    Result<record::StreamSaved> record = refusal(Errc::not_found, "");
    if (code == SQLITE_ROW)
      record = from_stored<record::StreamSaved>(reader.stream.bytes(0), "stream " + id.text());
    reader.stream.reset();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return refusal(Errc::io, "cannot read a stream");
    if (!record && record.error().code == Errc::corrupt) return record.error();
    return record ? std::optional(record->value) : std::nullopt;
  });
}

Result<std::vector<Body>> SqliteStore::chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                              std::uint32_t to) {
  struct Found {
    PayloadRef file;
    Body body;
  };
  auto found = with_reader([&](Reader& reader) -> Result<std::vector<Found>> {
    std::vector<Found> all;
    std::uint64_t bytes = 0;
    reader.chunks.bind(1, static_cast<std::int64_t>(id.row())).bind(2, std::int64_t{run});
    reader.chunks.bind(3, std::int64_t{from}).bind(4, std::int64_t{to});
    int code = 0;
    while ((code = reader.chunks.step()) == SQLITE_ROW) {
      const auto size = static_cast<std::uint32_t>(reader.chunks.number(1));
      bytes += size;
      if (!all.empty() && bytes > chunk_bytes_per_read) {
        code = SQLITE_DONE;
        break;
      }
      if (reader.chunks.is_null(2))
        all.push_back({{static_cast<RowNumber>(reader.chunks.number(0)), size, PayloadPlace::file}, nullptr});
      else
        all.push_back({{}, copy_body(reader.chunks.bytes(2))});
    }
    reader.chunks.reset();
    if (code != SQLITE_DONE) return refusal(Errc::io, "cannot read a stream");
    return all;
  });
  if (!found) return found.error();
  std::vector<Body> bodies;
  for (Found& one : *found) {
    if (one.file) {
      Result<Body> body = files_.read(one.file);
      if (!body) break;
      one.body = std::move(*body);
    }
    bodies.push_back(std::move(one.body));
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
