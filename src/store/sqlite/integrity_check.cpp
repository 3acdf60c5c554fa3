#include "store/sqlite/integrity_check.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/log.hpp"
#include "store/codec.hpp"
#include "store/sqlite/record_writer.hpp"

namespace pilotlight::store {
namespace {

constexpr int lowest_priority = 19;
constexpr std::chrono::milliseconds first_pause{1'000}, longest_pause{60'000};
constexpr std::chrono::milliseconds interrupted_again_after{10};
/// A damaged page has many consequences; the first ones say where.
constexpr std::size_t finding_bytes_max = 500;

void add(std::string& finding, std::string_view more) {
  if (finding.size() >= finding_bytes_max) return;
  if (!finding.empty()) finding += "; ";
  for (const char c : more) finding += c == '\n' || c == '"' ? ' ' : c;
}

/// The one number that the query finds.
Result<std::int64_t> number(Database& database, const char* sql) {
  Statement statement;
  if (auto prepared = statement.prepare(database, sql); !prepared) return prepared.error();
  if (statement.step() != SQLITE_ROW) return database.last_error("cannot count rows");
  return statement.number(0);
}

/// The rows of final jobs against the marks of the same moment.
void compare_counts(Database& database, std::string& finding) {
  Statement marks;
  const char* sql = "SELECT record FROM thing WHERE kind = 6 AND key = ''";
  static_assert(static_cast<int>(ThingKind::marks) == 6);
  if (auto prepared = marks.prepare(database, sql); !prepared) return add(finding, prepared.error().message);
  if (marks.step() != SQLITE_ROW) return;
  const Result<Marks> written = from_stored<Marks>(marks.bytes(0), "marks");
  if (!written || !written->rows) return;
  const Result<std::int64_t> rows = number(database, "SELECT count(*) FROM final_job");
  if (!rows) return add(finding, rows.error().message);
  if (*rows != written->rows->final_jobs)
    add(finding, "the table final_job has " + std::to_string(*rows) + " rows and should have " +
                     std::to_string(written->rows->final_jobs));
}

}  // namespace

Result<void> IntegrityCheck::start(const std::string& path) {
  if (auto opened = database_.open(path, Database::Mode::read_only); !opened) return opened.error();
  {
    const std::lock_guard lock(mutex_);
    if (integrity_.state == Integrity::State::not_checked) integrity_.state = Integrity::State::running;
    ended_ = false;
  }
  thread_ = std::thread([this] { run(); });
  return {};
}

void IntegrityCheck::stop() {
  {
    std::unique_lock lock(mutex_);
    closed_ = true;
    wake_.notify_all();
    // An interrupt that comes before a statement begins is forgotten.
    while (!ended_) {
      make_way();
      wake_.wait_for(lock, interrupted_again_after, [this] { return ended_; });
    }
  }
  if (thread_.joinable()) thread_.join();
}

void IntegrityCheck::make_way() {
  interrupted_ = true;
  sqlite3_interrupt(database_.handle());
}

Integrity IntegrityCheck::integrity() const {
  const std::lock_guard lock(mutex_);
  return integrity_;
}

void IntegrityCheck::found(const std::string& finding) {
  log::error("store_damaged finding=\"{}\"", finding);
  const std::lock_guard lock(mutex_);
  integrity_.state = Integrity::State::damaged;
  add(integrity_.finding, finding);
}

void IntegrityCheck::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), lowest_priority);
  auto pause = first_pause;
  for (;;) {
    interrupted_ = false;
    looking_ = true;
    const std::string finding = look();
    looking_ = false;
    std::unique_lock lock(mutex_);
    if (!interrupted_) {
      lock.unlock();
      finish(finding);
      lock.lock();
    } else {
      wake_.wait_for(lock, pause, [this] { return closed_; });
      pause = std::min(2 * pause, longest_pause);
    }
    if (!interrupted_ || closed_) {
      ended_ = true;
      wake_.notify_all();
      return;
    }
  }
}

std::string IntegrityCheck::look() {
  std::string finding;
  if (auto begun = database_.run("BEGIN"); !begun) return begun.error().message;
  {
    Statement check;
    if (auto prepared = check.prepare(database_, "PRAGMA integrity_check(20)"); !prepared)
      add(finding, prepared.error().message);
    int code = SQLITE_DONE;
    while (finding.size() < finding_bytes_max && (code = check.step()) == SQLITE_ROW)
      if (check.bytes(0) != "ok") add(finding, check.bytes(0));
    if (code != SQLITE_DONE && code != SQLITE_ROW) add(finding, sqlite3_errmsg(database_.handle()));
    compare_counts(database_, finding);
  }
  (void)database_.run("COMMIT");
  return finding;
}

void IntegrityCheck::finish(const std::string& finding) {
  if (!finding.empty()) return found(finding);
  log::info("store_checked damaged=false");
  const std::lock_guard lock(mutex_);
  if (integrity_.state == Integrity::State::running) integrity_.state = Integrity::State::passed;
}

}  // namespace pilotlight::store
