#include "service/jobs/submit.hpp"

#include "service/claim.hpp"
#include "service/payloads.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

/// The payloads of a new job, which then refers to them.
std::vector<StoredPayload> take_payloads(Context& context, command::SubmitJob& job, JobRequest& request) {
  std::vector<StoredPayload> payloads;
  payloads.push_back({reference(job.id.row(), request.input), std::move(request.input)});
  job.input = payloads.front().ref;
  if (request.extras.empty()) return payloads;
  const Body extras = make_body(std::move(request.extras));
  payloads.push_back({reference(context.engine.draw_row(), extras), extras});
  job.extras = payloads.back().ref;
  return payloads;
}

/// The job of an earlier request under this key; nullopt if there was none.
awaitable<Result<std::optional<Submitted>>> find_earlier(Context& context, Exchange& exchange,
                                                         EndpointId endpoint, IdempotencyKey key) {
  auto find = [&context, endpoint, &key] {
    return context.store.idempotency(endpoint, key.text, context.clock.now());
  };
  const auto first = co_await on_files_thread(context, exchange, std::move(find));
  if (!first) co_return unreadable(first.error());
  if (!*first) co_return std::optional<Submitted>();
  const Idempotency& known = **first;
  if (known.key.body_sha256 != key.body_sha256)
    co_return refusal(Errc::conflict, "this Idempotency-Key was sent with another body, which became job " +
                                          known.job.text() + "; send another key with a new request");
  co_return Submitted{.id = known.job, .earlier = true};
}

/// With the claim of the key: nobody else uses it meanwhile.
awaitable<Result<Submitted>> submit_claimed(Context& context, Exchange& exchange, command::SubmitJob job,
                                            JobRequest request) {
  IdempotencyKey key = *job.idempotency;
  auto earlier = co_await find_earlier(context, exchange, job.endpoint, std::move(key));
  if (!earlier) co_return earlier.error();
  if (*earlier) co_return std::move(**earlier);
  co_return co_await submit(context, exchange, std::move(job), std::move(request));
}

/// While new jobs are refused: nothing is handed in, so nobody has to be kept out, and the core,
/// which may be waiting for the disk, is not asked.
awaitable<Result<Submitted>> only_known(Context& context, Exchange& exchange, command::SubmitJob job,
                                        Error refusal) {
  auto earlier = co_await find_earlier(context, exchange, job.endpoint, std::move(*job.idempotency));
  if (!earlier) co_return earlier.error();
  if (!*earlier) co_return refusal;
  co_return std::move(**earlier);
}

}  // namespace

awaitable<Result<Submitted>> submit(Context& context, Exchange& exchange, command::SubmitJob job,
                                    JobRequest request) {
  job.id = JobId::make(context.engine.draw_row(), job.retention != RetentionClass::run, random_bits());
  job.policy = request.policy;
  job.turn = request.turn;
  job.webhook = request.webhook;
  std::vector<StoredPayload> payloads = take_payloads(context, job, request);
  const std::vector<PayloadRef> files = files_among(payloads);
  if (!files.empty()) {
    const Result<void> written = co_await write_inputs(context, exchange, payloads);
    if (!written) co_return written.error();
  }
  Submitted submitted{.id = job.id};
  Exchange* const watched = job.wait ? &exchange : nullptr;
  engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::submit, std::move(job),
                                                             std::move(payloads), watched);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) {
    discard_files(context, files);
    co_return refusal(no->code, no->message);
  }
  if (lacks_body(reply)) {
    auto body = co_await missing_body(context, exchange, reply.answer);
    if (!body)
      submitted.waited = body.error();
    else
      reply.bodies.front() = std::move(*body);
  }
  if (submitted.waited) submitted.waited = job_in(reply);
  co_return submitted;
}

awaitable<Result<Submitted>> submit_once(Context& context, Exchange& exchange, command::SubmitJob job,
                                         JobRequest request) {
  if (auto accepted = accepts_jobs(context); !accepted)
    co_return co_await only_known(context, exchange, std::move(job), accepted.error());
  job.wait.reset();
  std::string name = "idempotency " + job.endpoint.text() + " " + job.idempotency->text;
  awaitable<Result<Submitted>> work = submit_claimed(context, exchange, std::move(job), std::move(request));
  auto submitted = co_await under_claim(context, exchange, std::move(name), std::move(work));
  if (!submitted)
    co_return refusal(Errc::unavailable,
                      "another request with this Idempotency-Key is under way; try again in a moment");
  co_return std::move(*submitted);
}

Error outlived_by_its_key(const JobId& job) {
  return refusal(Errc::not_found, "job " + job.text() +
                                      ", which this Idempotency-Key names, is no longer kept; to run the "
                                      "request again, send another key");
}

}  // namespace pilotlight::service
