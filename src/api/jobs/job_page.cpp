#include "api/jobs/job_page.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"
#include "domain/worker.hpp"

namespace pilotlight::api {
namespace {

/// A page is read in pieces, between which others have their turn on the files threads.
constexpr std::size_t rows_per_piece = 4'000;
constexpr ByteCount result_bytes_per_piece = 4ULL << 20;
constexpr int pieces_per_page = 25;
static_assert(rows_per_piece * pieces_per_page == 100'000, "as documented");

constexpr ByteCount searched_result_max = 1ULL << 20;
constexpr std::size_t shown_error_max = 1'024;

class PageReader {
 public:
  PageReader(Store& store, Clock& clock, JobSearch search)
      : store_(store), clock_(clock), search_(std::move(search)) {}

  /// Reads the next piece. On a files thread.
  void read_on() {
    JobScan piece = search_.rows;
    piece.rows_max = rows_per_piece;
    result_bytes_ = 0;
    const auto last = store_.scan_jobs(piece, clock_.now(),
                                       [this](const StoredJob& job) { return look(job) && !problem_; });
    if (!last) problem_ = last.error();
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
    const JobId id = std::visit([](const auto& one) { return one.id; }, job);
    page_.jobs.push_back({id, listed_view(job, beginning_of(error, shown_error_max))});
    return page_.jobs.size() < search_.limit && result_bytes_ < result_bytes_per_piece;
  }

  std::string error_of(const FinalJob& job) {
    std::string text = end_text(job);
    if (!text.empty() || job.state != JobState::failed || job.result.bytes > searched_result_max) return text;
    const Result<Body> result = result_of(store_, job);
    if (!result && result.error().code != Errc::not_found) problem_ = result.error();
    if (!result || !*result) return text;
    result_bytes_ += (*result)->size();
    for_each_field(make_body("{" + **result + "}"), [&text](std::string_view name, std::string_view raw) {
      if (name == "error") text = json_text(raw).value_or(std::string());
    });
    return text;
  }

  Store& store_;
  Clock& clock_;
  JobSearch search_;
  JobPage page_;
  ByteCount result_bytes_ = 0;  ///< read in this piece
  bool more_ = true;
  bool one_waits_ = false;
  std::optional<Error> problem_;
};

}  // namespace

awaitable<Result<JobPage>> read_job_page(Context& context, Exchange& exchange, JobSearch search) {
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadHealth{ticket_none, search.endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refusal(no->code, no->message);
  PageReader reader(context.store, context.clock, std::move(search));
  for (int piece = 0; piece < pieces_per_page && !reader.complete(); ++piece) {
    std::function<void()> read = [&reader] { reader.read_on(); };
    co_await run_on_files_thread(context, exchange, std::move(read));
  }
  co_return reader.take(std::get<answer::Health>(reply.answer).waiting);
}

void add_next(JsonWriter& json, const JobPage& page) {
  page.next ? json.text("next", row_text(*page.next)) : json.null("next");
}

Response page_response(const JobPage& page) {
  JsonWriter json;
  json.list("requests");
  for (const ListedJob& job : page.jobs) json.element(job.view);
  add_next(json.end(), page);
  add_waiting_member(json, page.waiting);
  return json_response(200, json.done());
}

}  // namespace pilotlight::api
