#include "api/jobs/submit.hpp"

#include "api/jobs/job_request.hpp"
#include "api/jobs/job_view.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr std::size_t parse_aside_from = 256 * 1024;

awaitable<Result<JobRequest>> parse_aside(Context& context, Exchange& exchange, Body body) {
  Result<JobRequest> result = refusal(Errc::internal, "");
  std::function<void()> work = [&result, body] { result = parse_job_request(body); };
  co_await on_files_thread(context, exchange, std::move(work));
  co_return result;
}

/// Submits the request's job; the answer, or the response that says why there is none.
awaitable<Response> submit(Context& context, Request request, Exchange& exchange, command::SubmitJob job,
                           ByteCount limit) {
  if (auto refusal = stranger(context, request)) co_return std::move(*refusal);
  if (request.over_limit) co_return size_refusal(limit);
  job.endpoint = target_of(request).endpoint;
  if (job.endpoint.empty()) co_return error_response(404, no_endpoint);
  if (!context.store.accepts_jobs()) co_return no_space_for_jobs();
  Result<JobRequest> parsed = refusal(Errc::internal, "");
  if (request.body &&
      request.body->size() >= parse_aside_from)  // g++ 12 frees twice what `?:` would co_await
    parsed = co_await parse_aside(context, exchange, std::move(request.body));
  else
    parsed = parse_job_request(request.body);
  if (!parsed) co_return refused({parsed.error().code, parsed.error().message});
  const RowNumber row = context.engine.draw_row();
  job.id = JobId::make(row, job.retention != RetentionClass::run, random_bits());
  job.policy = parsed->policy;
  std::vector<StoredPayload> payloads;
  payloads.push_back({reference(row, parsed->input), std::move(parsed->input)});
  job.input = payloads.front().ref;
  if (!parsed->extras.empty()) {
    const Body extras = make_body(std::move(parsed->extras));
    payloads.push_back({reference(context.engine.draw_row(), extras), extras});
    job.extras = payloads.back().ref;
  }
  const std::vector<PayloadRef> files = files_among(payloads);
  if (!files.empty()) {
    const Result<void> written = co_await write_files(context, exchange, payloads);
    if (!written) co_return error_response(503, "the input could not be stored: " + written.error().message);
  }
  const JobId id = job.id;
  const bool sync = job.wait.has_value();
  engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::submit, std::move(job),
                                                             std::move(payloads), sync ? &exchange : nullptr);
  Response response;
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) {
    discard_files(context, files);
    response = refused(*no);
  } else if (std::holds_alternative<answer::JobAccepted>(reply.answer)) {
    response = short_view(id, JobState::in_queue);
  } else if (const auto* ended = std::get_if<answer::JobEnded>(&reply.answer)) {
    response = final_view(ended->job, reply.bodies.front());
  } else if (const auto* live = std::get_if<answer::JobLive>(&reply.answer)) {
    response = short_view(id, live->state);
  }
  if (sync) response.headers.emplace_back("X-Runpod-Job-Id", id.text());
  co_return response;
}

}  // namespace

awaitable<Response> run(Context& context, Request request, Exchange& exchange) {
  return submit(context, std::move(request), exchange, command::SubmitJob{}, run_max);
}

awaitable<Response> runsync(Context& context, Request request, Exchange& exchange) {
  command::SubmitJob job;
  job.wait = wait_of(request);
  if (auto refusal = stranger(context, request)) co_return std::move(*refusal);
  if (!job.wait) co_return wait_refusal();
  job.retention = request.parameter("wait") ? RetentionClass::runsync_wait : RetentionClass::runsync;
  co_return co_await submit(context, std::move(request), exchange, std::move(job), runsync_max);
}

}  // namespace pilotlight::api
