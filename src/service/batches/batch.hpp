#pragma once

#include <optional>
#include <vector>

#include "service/context.hpp"

// A batch collects requests, which become jobs together (docs/protocol.md 10).
namespace pilotlight::service {

inline constexpr std::size_t batch_requests_max = 5'000;  ///< in a single batch

/// Names a batch, and one of its requests; 0 and empty ids name none.
struct BatchTarget {
  EndpointId endpoint;
  RowNumber number = 0;
  JobId request;
};

/// How the requests of a batch stand.
struct BatchCounts {
  std::uint32_t in_progress = 0;
  std::uint32_t completed = 0;
  std::uint32_t failed = 0;  ///< or cancelled, timed out, or no longer kept
  std::uint32_t jobs = 0;    ///< that they have become, live or kept

  void add(const Batch& batch, const BatchEntry& entry);
};

/// Nothing of the batch happens any more.
bool has_ended(const Batch& batch, const BatchCounts& counts);

/// The state of the job that a request has become; nullopt: it is no job, or none any more.
std::optional<JobState> job_state(const BatchEntry& entry);

/// The refusal for a batch that is not there, or not any more.
Error no_such_batch();

/// The batch as the store has it; not_found: as no_such_batch.
awaitable<Result<Batch>> find_batch(Context& context, Exchange& exchange, BatchTarget target);

/// Requests of a batch as the store has them, in order; corrupt if some of one that changes no more are lost.
/// On a files thread.
Result<std::vector<BatchEntry>> batch_entries(Context& context, const Batch& batch, std::size_t skip,
                                              std::size_t most);

/// How its requests stand; read in pieces, as of about now.
awaitable<Result<BatchCounts>> count_requests(Context& context, Exchange& exchange, Batch batch);

struct CountedBatch {
  Batch batch;
  BatchCounts counts;
};
/// The batch with its counts.
awaitable<Result<CountedBatch>> counted(Context& context, Exchange& exchange, Batch batch);

/// Part of a list.
struct Slice {
  std::size_t offset = 0;
  std::size_t limit = 50;
};

struct BatchList {
  std::vector<CountedBatch> batches;
  std::size_t total = 0;
};
/// An endpoint's batches. Refused if the endpoint is not there.
awaitable<Result<BatchList>> list_batches(Context& context, Exchange& exchange, EndpointId endpoint,
                                          Slice slice);

struct RequestWithResult {
  BatchEntry entry;
  Body result;  ///< the result of a job that ended, as FinalJob::result says; may be null
};
struct RequestList {
  Batch batch;
  std::vector<RequestWithResult> requests;  ///< fewer than the slice if their results are many bytes
};
/// The requests of a batch.
awaitable<Result<RequestList>> list_requests(Context& context, Exchange& exchange, BatchTarget target,
                                             Slice slice);

}  // namespace pilotlight::service
