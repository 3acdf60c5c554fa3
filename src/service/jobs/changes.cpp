#include "service/jobs/changes.hpp"

#include "service/claim.hpp"

namespace pilotlight::service {
namespace {

/// The refusal to retry a job of which the store has no final row.
awaitable<Error> no_final_row(Context& context, Exchange& exchange, Target target) {
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job}, {}, nullptr);
  const auto* live = std::get_if<answer::JobLive>(&reply.answer);
  if (live == nullptr) co_return no_such_job();
  co_return refusal(Errc::invalid, "only a job that is FAILED or TIMED_OUT can be retried; this one is " +
                                       std::string(wire_name(live->state)));
}

/// With the claim of the job: nobody else takes it from the store meanwhile.
awaitable<Result<void>> retry_claimed(Context& context, Exchange& exchange, Target target) {
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
  if (!row) co_return row.error();
  if (!*row) co_return co_await no_final_row(context, exchange, target);
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::submit, std::move(again), {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refusal(no->code, no->message);
  co_return Result<void>();
}

}  // namespace

awaitable<Result<CancelledJob>> cancel_job(Context& context, Exchange& exchange, Target target) {
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::CancelJob{ticket_none, target.endpoint, target.job}, {}, nullptr);
  if (auto* ended = std::get_if<answer::JobEnded>(&reply.answer)) co_return std::move(ended->job);
  auto before = co_await ended_job(context, exchange, target);
  if (!before) co_return before.error();
  co_return std::move(*before);
}

awaitable<Result<void>> retry_job(Context& context, Exchange& exchange, Target target) {
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  if (auto accepted = accepts_jobs(context); !accepted) co_return accepted.error();
  std::string name = "retry " + target.job.text();
  awaitable<Result<void>> work = retry_claimed(context, exchange, target);
  auto retried = co_await under_claim(context, exchange, std::move(name), std::move(work));
  if (!retried)
    co_return refusal(Errc::unavailable, "another retry of this job is under way; try again in a moment");
  co_return std::move(*retried);
}

awaitable<> shorten_retention(Context& context, Exchange& exchange, JobId job, milliseconds keep) {
  co_await context.asker(exchange).ask(engine::Lane::control,
                                       command::ShortenRetention{ticket_none, job, keep}, {}, nullptr);
}

}  // namespace pilotlight::service
