#include "api/jobs/changes.hpp"

#include "api/jobs/claim.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

Response cannot_retry(JobState state) {
  return error_response(400, "only a job that is FAILED or TIMED_OUT can be retried; this one is " +
                                 std::string(wire_name(state)));
}

/// With the claim of the job: nobody else takes it from the store meanwhile.
awaitable<Response> retry_claimed(Context& context, Exchange& exchange, Target target) {
  command::RetryJob again;
  again.read = context.clock.now();
  auto read = [&context, &again, target] {
    auto row = final_row(context, target);
    if (!row || !*row) return row;
    again.job = **row;
    if (const auto stream = context.store.stream(target.job); stream) again.stream = *stream;
    return row;
  };
  const auto row = co_await on_files_thread(context, exchange, std::move(read));
  if (!row) co_return unreadable(row.error());
  if (!*row) {
    const engine::Reply reply = co_await context.asker(exchange).ask(
        engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job}, {}, nullptr);
    const auto* live = std::get_if<answer::JobLive>(&reply.answer);
    co_return live != nullptr ? cannot_retry(live->state) : no_such_job();
  }
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::submit, std::move(again), {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  co_return short_view(target.job, JobState::in_queue);
}

}  // namespace

awaitable<Response> cancel(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::CancelJob{ticket_none, target.endpoint, target.job}, {}, nullptr);
  if (const auto* ended = std::get_if<answer::JobEnded>(&reply.answer))
    co_return short_view(target.job, ended->job.state);
  co_return co_await stored_view(context, exchange, target);
}

awaitable<Response> retry(Context& context, Account, Request request, Exchange& exchange) {
  co_return co_await retry_job(context, exchange, target_of(request));
}

awaitable<Response> retry_job(Context& context, Exchange& exchange, Target target) {
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  if (auto refusal = store_refusal(context)) co_return std::move(*refusal);
  std::string name = "retry " + target.job.text();
  awaitable<Response> work = retry_claimed(context, exchange, target);
  auto response = co_await under_claim(context, exchange, std::move(name), std::move(work));
  if (!response)
    co_return error_response(503, "another retry of this job is under way; try again in a moment");
  co_return std::move(*response);
}

awaitable<Response> purge(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::PurgeQueue{ticket_none, target.endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  const auto& purged = std::get<answer::QueuePurged>(reply.answer);
  JsonWriter json;
  json.number("removed", purged.removed).text("status", "completed");
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api
