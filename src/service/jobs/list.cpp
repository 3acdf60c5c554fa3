#include "service/jobs/list.hpp"

#include "domain/workers/worker.hpp"
#include "service/endpoints/endpoints.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {
namespace {

/// A page is read in pieces, between which others have their turn on the background threads.
constexpr std::size_t rows_per_piece = 4'000;
constexpr ByteCount result_bytes_per_piece = 4ULL << 20;
constexpr int pieces_per_page = 25;
static_assert(rows_per_piece * pieces_per_page == 100'000, "as documented");

constexpr ByteCount searched_result_max = 1ULL << 20;
constexpr std::size_t listed_error_max = 1'024;

class PageReader {
 public:
  PageReader(Store& store, Clock& clock, JobSearch search, ErrorText error_text)
      : store_(store), clock_(clock), search_(std::move(search)), error_text_(error_text) {}

  /// Reads the next piece. On a background thread.
  void read_on() {
    JobScan piece = search_.rows;
    piece.rows_max = rows_per_piece;
    result_bytes_ = 0;
    const auto last = store_.scan_jobs(piece, clock_.now(),
                                       [this](const StoredJob& job) { return look(job) && !problem_; });
    if (!last) problem_ = unreadable(last.error());
    if (problem_) return;
    more_ = last->has_value();
    if (more_) search_.rows.below = **last;
  }

  bool complete() const { return problem_ || !more_ || page_.jobs.size() >= search_.limit; }

  Result<JobPage> take(const Waiting& waiting) {
    if (problem_) return *problem_;
    if (one_waits_) page_.waiting = waiting;
    if (more_) page_.next = search_.rows.below;
    return std::move(page_);
  }

 private:
  /// False: enough for this piece.
  bool look(const StoredJob& job) {
    if (!matches(search_, job)) return true;
    const auto* ended = std::get_if<FinalJob>(&job);
    const std::string error = ended != nullptr ? error_of(*ended) : std::string();
    if (!search_.error.empty() && !contains_text(error, search_.error))
      return result_bytes_ < result_bytes_per_piece;
    const auto* live = std::get_if<Job>(&job);
    one_waits_ |= live != nullptr && live->state == JobState::in_queue;
    page_.jobs.push_back({job, std::string(beginning_of(error, listed_error_max))});
    return page_.jobs.size() < search_.limit && result_bytes_ < result_bytes_per_piece;
  }

  std::string error_of(const FinalJob& job) {
    Body answer;
    if (job.state == JobState::failed && job.reason == EndReason::answered &&
        job.result.bytes <= searched_result_max) {
      Result<Body> result = result_of(store_, job);
      if (!result && result.error().code != Errc::not_found) problem_ = unreadable(result.error());
      if (result) answer = std::move(*result);
      if (answer) result_bytes_ += answer->size();
    }
    return error_text_(job, answer);
  }

  Store& store_;
  Clock& clock_;
  JobSearch search_;
  const ErrorText error_text_;
  JobPage page_;
  ByteCount result_bytes_ = 0;  ///< read in this piece
  bool more_ = true;
  bool one_waits_ = false;
  std::optional<Error> problem_;
};

}  // namespace

awaitable<Result<JobPage>> list_jobs(Context& context, Exchange& exchange, JobSearch search,
                                     ErrorText error_text) {
  const auto health = co_await read_health(context, exchange, search.endpoint);
  if (!health) co_return health.error();
  PageReader reader(context.store, context.clock, std::move(search), error_text);
  for (int piece = 0; piece < pieces_per_page && !reader.complete(); ++piece) {
    auto read = [&reader] { reader.read_on(); };
    co_await in_background(context, exchange, std::move(read));
  }
  co_return reader.take(health->waiting);
}

}  // namespace pilotlight::service
