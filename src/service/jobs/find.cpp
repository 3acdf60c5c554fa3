#include "service/jobs/find.hpp"

#include "service/ask.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {

Error no_such_job() {
  return refusal(Errc::not_found,
                 "job not found: the id is wrong or of another endpoint, or the result is no longer "
                 "kept (30 minutes after /run, 1 minute after /runsync, 5 minutes with wait)");
}

Result<std::optional<FinalJob>> final_row(Context& context, const Target& target) {
  auto row = context.store.final_job(target.job, context.clock.now());
  if (!row) return unreadable(row.error());
  if (*row && (*row)->endpoint != target.endpoint) return std::optional<FinalJob>();
  return row;
}

awaitable<Result<EndedJob>> ended_job(Context& context, Exchange& exchange, Target target) {
  auto read = [&context, target]() -> Result<EndedJob> {
    auto row = final_row(context, target);
    if (!row) return row.error();
    if (!*row) return no_such_job();
    Result<Body> result = result_of(context.store, **row);
    if (result) return EndedJob{std::move(**row), std::move(*result)};
    if (result.error().code != Errc::not_found) return unreadable(result.error());
    return no_such_job();
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

std::optional<FoundJob> job_in(engine::Reply& reply) {
  if (auto* live = std::get_if<answer::JobLive>(&reply.answer))
    return LiveJob{std::move(*live), std::move(reply.bodies.front())};
  if (auto* ended = std::get_if<answer::JobEnded>(&reply.answer))
    return EndedJob{std::move(ended->job), std::move(reply.bodies.front())};
  return std::nullopt;
}

awaitable<Result<FoundJob>> find_job(Context& context, Exchange& exchange, Target target,
                                     std::optional<milliseconds> wait) {
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  for (bool again = false;; again = true) {
    engine::Reply reply = co_await context.asker(exchange).ask(
        engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job, wait}, {},
        wait ? &exchange : nullptr);
    if (lacks_body(reply)) {
      auto body = co_await missing_body(context, exchange, reply.answer);
      if (!body) co_return body.error();
      reply.bodies.front() = std::move(*body);
    }
    if (auto found = job_in(reply)) co_return std::move(*found);
    auto ended = co_await ended_job(context, exchange, target);
    if (ended) co_return std::move(*ended);
    // Between the two looks a retry may have brought it from the store into the core.
    if (again || ended.error().code != Errc::not_found) co_return ended.error();
  }
}

awaitable<Result<StoredJob>> stored_job(Context& context, Exchange& exchange, Target target) {
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  auto read = [&context, target]() -> Result<StoredJob> {
    Result<StoredJob> found = no_such_job();
    const RowNumber row = target.job.row();
    const auto look = [&found, &target](const StoredJob& stored) {
      const bool asked = std::visit(
          [&target](const auto& job) { return job.id == target.job && job.endpoint == target.endpoint; },
          stored);
      if (asked) found = stored;
      return true;
    };
    const auto scanned = context.store.scan_jobs({row, row + 1, 1}, context.clock.now(), look);
    return scanned ? found : unreadable(scanned.error());
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

awaitable<Result<WebhookLog>> webhook_log(Context& context, Exchange& exchange, Target target) {
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  auto read = [&context, target]() -> Result<WebhookLog> {
    const auto row = final_row(context, target);
    if (!row) return row.error();
    if (!*row) return no_such_job();
    auto log = context.store.webhook(target.job);
    if (!log) return unreadable(log.error());
    if (!*log) return refusal(Errc::not_found, "the job has no webhook");
    return std::move(**log);
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

}  // namespace pilotlight::service
