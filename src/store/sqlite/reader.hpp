#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/body.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/stream.hpp"
#include "ports/store.hpp"
#include "store/sqlite/batch_reader.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// What is read one by one, with prepared statements. Used by one thread at a time.
class Reader {
 public:
  /// Over a read-only connection of its own.
  Result<void> open(const std::string& path);
  /// Over a connection of its caller, which lives longer.
  Result<void> prepare_on(Database& database);

  /// Of place row; not_found once it is not kept any more.
  Result<Body> payload(const PayloadRef& ref);
  Result<std::optional<FinalJob>> final_job(JobId id, Timestamp now);
  Result<std::optional<RowNumber>> scan_jobs(const JobScan& scan, Timestamp now,
                                             const std::function<bool(const StoredJob&)>& each);
  Result<std::optional<StreamState>> stream(JobId id);

  Result<std::optional<WebhookLog>> webhook(JobId id);
  Result<std::optional<Idempotency>> idempotency(const EndpointId& endpoint, std::string_view key,
                                                 Timestamp now);

  struct Chunk {
    std::uint32_t number = 0;
    PayloadRef ref;
    std::optional<std::uint32_t> sum;  ///< absent in rows of older versions
    Body body;                         ///< null: a file has it
  };
  struct Chunks {
    std::vector<Chunk> all;
    bool more = false;  ///< there are others behind these: together they would be many bytes
  };
  Result<Chunks> chunks(JobId id, std::uint32_t run, std::uint32_t from, std::uint32_t to);

  BatchReader batches;

 private:
  /// The failure of a read: what the database says about it.
  Error unreadable(const std::string& doing) const;
  /// The record of a row; corrupt with words if it is damaged.
  template <class R>
  Result<R> record(Statement& row, int column, const std::string& doing);
  /// Whether the last look-up of `stream` missed the stream of a job that has chunks.
  bool has_chunks(JobId id);

  Database database_;
  Database* used_ = nullptr;
  Statement payload_, small_payload_, final_job_, scan_, stream_, any_chunk_, chunks_, webhook_, attempts_,
      idempotency_;
};

}  // namespace pilotlight::store
