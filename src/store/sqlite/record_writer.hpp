#pragma once

#include <span>
#include <vector>

#include "ports/store.hpp"
#include "store/marks.hpp"
#include "store/sqlite/batch_writer.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/idempotency_writer.hpp"
#include "store/sqlite/stream_writer.hpp"
#include "store/sqlite/webhook_writer.hpp"

namespace pilotlight::store {

/// What kind of thing a row of the table `thing` is; the numbers are stored.
enum class ThingKind : std::int64_t {
  template_ = 1,
  endpoint = 2,
  api_key = 3,
  counters = 4,
  worker = 5,
  marks = 6,
  later_key = 7,
  account = 8,
  volume = 9,
  registry = 10,
  secret = 11,
};

/// Payloads of this size may be stored beside their job, if they are its input: they then have its row
/// number. A load reads them too, so they are kept small.
constexpr std::uint32_t beside_max = 256;
constexpr bool fits_beside(const PayloadRef& ref) {
  return ref.place == PayloadPlace::row && ref.bytes <= beside_max;
}

/// Writes records with prepared statements. Inside a transaction of its caller, on the writing thread.
class RecordWriter {
 public:
  Result<void> prepare(Database& database);

  /// Records in order, and the payloads that they keep in rows. False: a statement failed; the caller rolls
  /// back and asks the database why. Numbers of payload files that may be deleted after the commit are added
  /// to `dead_files`.
  bool write(std::span<const Record> records, std::span<const StoredPayload> payloads,
             std::vector<RowNumber>& dead_files);
  /// The highest time and row of all commits so far, this one at `now` included, and how many rows there are.
  bool write_marks(Timestamp now);

  /// Removes at most `rows` final jobs that expired before `now` and whose webhook, if any, is not open, with
  /// all they name, and as many requests of expired batches and expired Idempotency-Keys. How many of the
  /// most numerous kind.
  std::size_t remove_expired(Timestamp now, std::size_t rows, std::vector<RowNumber>& dead_files, bool& ok);

  const Marks& marks() const { return marks_; }
  /// What an earlier process wrote as its marks, with the counts of rows; or what held before a transaction
  /// that was rolled back.
  void continue_from(const Marks& marks) {
    marks_ = marks;
    files_.set_count(marks.rows->body_files);
  }

 private:
  struct Visitor;
  void raise_row_highest(RowNumber row) { marks_.row_highest = std::max(marks_.row_highest, row); }
  template <class R>
  bool put_thing(ThingKind kind, std::string_view key, const R& record);
  bool remove_thing(ThingKind kind, std::string_view key);
  /// Runs what may insert a row into a table with row numbers, and counts the row if it did.
  bool insert(Statement& statement, std::int64_t& rows);
  /// Runs what removes rows, and takes them off the count.
  bool remove(Statement& statement, std::int64_t& rows);
  bool put_payload(const StoredPayload& payload);
  /// The job's input, if it came with these records and belongs beside the job.
  std::optional<std::string_view> take_beside(const PayloadRef& input, RowNumber job);
  bool drop(const PayloadRef& ref, std::vector<RowNumber>& dead_files);

  /// The payload of this number, if it came with these records and nobody took it.
  std::optional<std::string_view> take(RowNumber number);
  void set_aside(std::span<const StoredPayload> payloads);

  Database* database_ = nullptr;
  Marks marks_{{}, 0, RowCounts{}};
  BodyFileRows files_;
  StreamWriter streams_;
  WebhookWriter webhooks_;
  BatchWriter batches_;
  IdempotencyWriter idempotency_;
  struct Aside {
    RowNumber number;
    const StoredPayload* payload;  ///< null once it was taken
  };
  std::vector<Aside> aside_;  ///< bodies of the records that are being written, by number
  std::string stored_;        ///< the record that is being written; kept for its memory
  Statement update_thing_, put_thing_, remove_thing_, put_live_, remove_live_, put_final_, revive_, shorten_,
      put_payload_, remove_payload_, expired_, remove_final_;
};

}  // namespace pilotlight::store
