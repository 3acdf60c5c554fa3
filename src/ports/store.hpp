#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/body.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "domain/jobs/batch.hpp"
#include "domain/jobs/idempotency.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/stream.hpp"
#include "domain/sums_fwd.hpp"
#include "domain/webhooks/webhook.hpp"

namespace pilotlight {

/// The bytes that go with a PayloadKept record.
struct StoredPayload {
  PayloadRef ref;
  Body body;
};

/// What `load` found besides the records.
struct Loaded {
  Timestamp newest{};         ///< the highest time ever given to `commit`
  RowNumber row_highest = 0;  ///< no job or payload has a higher number
};

/// A job as its row has it: live, or ended and kept.
using StoredJob = std::variant<Job, FinalJob>;

/// A request of a batch, and the job that it became if that is live or kept.
struct BatchEntry {
  BatchRequest request;
  std::optional<StoredJob> job;
};

/// Where a look through all jobs begins and ends, and how many rows it may take.
struct JobScan {
  RowNumber from = 0;                                          ///< the lowest row
  RowNumber below = std::numeric_limits<std::int64_t>::max();  ///< the highest row is less
  std::size_t rows_max = 1'000;
};

/// What became of telling a job's end so far.
struct WebhookLog {
  Webhook webhook;
  std::vector<WebhookAttempt> attempts;
};

/// What is known of the whole of what is stored, beside what each read finds.
struct Integrity {
  enum class State : std::uint8_t {
    not_checked = 0,  ///< the last end was clean, and nothing was seen since
    running = 1,
    passed = 2,
    damaged = 3,
  };
  State state = State::not_checked;
  std::string finding{};  ///< damaged: one line for a person
};

/// Of the chunks that one call of `Store::chunks` brings, unless it is a single one.
inline constexpr std::uint64_t chunk_bytes_per_read = 8ULL << 20;

/// Durable memory. One server at a time (the data folder's lock is not the store's business). `load` once,
/// before anything else; then `commit` from one thread, in order.
class Store {
 public:
  virtual ~Store() = default;

  /// Every live thing once: templates, endpoints, volumes, keys, counters, workers, jobs that are not final
  /// (in queue order within an endpoint is not promised), open webhooks. Never final jobs.
  virtual Result<Loaded> load(const std::function<void(Record)>& each) = 0;

  /// The records, in order, and the payloads that their PayloadKept records name: all or none; returns when
  /// they would survive power loss. `now` is the batch's time. no_space: nothing was changed, and the same
  /// call may be repeated later; every other error is for good and the server must stop.
  virtual Result<void> commit(Timestamp now, std::span<const Record> records,
                              std::span<const StoredPayload> payloads) = 0;

  /// A bounded piece of upkeep (removal of what expired), for moments without commits; on the committing
  /// thread.
  virtual void maintain(Timestamp now) = 0;

  /// Makes a payload of place `file` durable. Any thread, several at a time. no_space leaves nothing behind.
  virtual Result<void> write_file(const PayloadRef& ref, const Body& body) = 0;
  /// Deletes a file whose command was refused, so that no record ever names it. Any thread.
  virtual void discard_file(const PayloadRef& ref) = 0;

  /// A payload's bytes. not_found once it was dropped or has expired; corrupt if they are not those that the
  /// reference was made for. Any thread.
  virtual Result<Body> read(const PayloadRef& ref) = 0;

  /// A final job that has not expired at `now`; nullopt if there is none. One whose webhook is open is kept
  /// longer: at the least time it is found. Any thread.
  virtual Result<std::optional<FinalJob>> final_job(JobId id, Timestamp now) = 0;

  /// Calls `each` with the jobs of these rows as of one moment, newest first, live ones and those that have
  /// not expired at `now`, until it returns false or enough rows were looked at. The last row that was, if
  /// there are more below it; nullopt: that was all. `each` may read from this store. Any thread.
  virtual Result<std::optional<RowNumber>> scan_jobs(const JobScan& scan, Timestamp now,
                                                     const std::function<bool(const StoredJob&)>& each) = 0;

  /// A batch that has not expired at `now`; nullopt if there is none. Any thread.
  virtual Result<std::optional<Batch>> batch(RowNumber number, Timestamp now) = 0;
  /// All of an endpoint, newest first. Any thread.
  virtual Result<std::vector<Batch>> batches(const EndpointId& endpoint, Timestamp now) = 0;
  /// Requests of a batch in the order of their ids, without the first `skip`, at most `most`. Any thread.
  virtual Result<std::vector<BatchEntry>> batch_requests(RowNumber number, std::size_t skip, std::size_t most,
                                                         Timestamp now) = 0;
  /// One of them. Any thread.
  virtual Result<std::optional<BatchEntry>> batch_request(RowNumber number, JobId id, Timestamp now) = 0;

  /// What an Idempotency-Key names; nullopt once it has expired at `now`. Any thread.
  virtual Result<std::optional<Idempotency>> idempotency(const EndpointId& endpoint, std::string_view key,
                                                         Timestamp now) = 0;

  /// The stream of a job that is live or kept; nullopt if it has none. Any thread.
  virtual Result<std::optional<StreamState>> stream(JobId id) = 0;
  /// The chunks [from, to) of this run, in order; fewer if they are many bytes, none once the run is over.
  /// corrupt if one of them is lost or is not what was stored. Any thread.
  virtual Result<std::vector<Body>> chunks(JobId id, std::uint32_t run, std::uint32_t from,
                                           std::uint32_t to) = 0;

  /// The webhook of a job that ended and is kept, with its attempts in order; nullopt if it has none. Any
  /// thread.
  virtual Result<std::optional<WebhookLog>> webhook(JobId id) = 0;

  /// Why new jobs are refused, in words for their clients; accepted ones still finish. `no_space`: below the
  /// disk reserve, or the disk is full or read-only. `unavailable`: what is stored now would not be found at
  /// the next start. Any thread; cheap enough to ask for every request.
  virtual Result<void> accepts_jobs() = 0;
  /// Why a commit would wait for space now, although it may use the reserve (`no_space`), or be lost at the
  /// next start (`unavailable`), in words for clients. A commit may wait all the same. Any thread; as cheap.
  virtual Result<void> can_commit() = 0;

  /// Any thread.
  virtual Integrity integrity() = 0;
};

}  // namespace pilotlight
