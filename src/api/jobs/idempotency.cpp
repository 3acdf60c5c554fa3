#include "api/jobs/idempotency.hpp"

#include <algorithm>

#include "api/jobs/claim.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr std::size_t key_length_max = 255;

bool well_formed(std::string_view key) {
  return !key.empty() && key.size() <= key_length_max &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// What the request is answered with if there was one before it under its key.
awaitable<std::optional<HandedIn>> find_earlier(Context& context, Exchange& exchange, EndpointId endpoint,
                                                IdempotencyKey key) {
  auto find = [&context, endpoint, &key] {
    return context.store.idempotency(endpoint, key.text, context.clock.now());
  };
  const auto first = co_await on_files_thread(context, exchange, std::move(find));
  if (!first) co_return HandedIn{unreadable(first.error())};
  if (!*first) co_return std::nullopt;
  const Idempotency& known = **first;
  if (known.key.body_sha256 != key.body_sha256)
    co_return HandedIn{
        error_response(409, "this Idempotency-Key was sent with another body, which became job " +
                                known.job.text() + "; send another key with a new request")};
  HandedIn handed{{}, known.job, {}, true};
  handed.reply.answer = answer::JobAccepted{known.job};
  co_return handed;
}

/// With the claim of the key: nobody else uses it meanwhile.
awaitable<HandedIn> hand_in_claimed(Context& context, Exchange& exchange, command::SubmitJob job,
                                    JobRequest parts) {
  IdempotencyKey key = *job.idempotency;
  std::optional<HandedIn> earlier = co_await find_earlier(context, exchange, job.endpoint, std::move(key));
  if (earlier) co_return std::move(*earlier);
  co_return co_await hand_in(context, exchange, std::move(job), std::move(parts));
}

/// While new jobs are refused: nothing is handed in, so nobody has to be kept out, and the core,
/// which may be waiting for the disk, is not asked.
awaitable<HandedIn> only_known(Context& context, Exchange& exchange, command::SubmitJob job,
                               Response refusal) {
  std::optional<HandedIn> earlier =
      co_await find_earlier(context, exchange, job.endpoint, std::move(*job.idempotency));
  co_return earlier ? std::move(*earlier) : HandedIn{std::move(refusal)};
}

}  // namespace

Result<std::optional<std::string>> idempotency_key_of(const Request& request) {
  std::optional<std::string> key;
  for (const auto& [field, value] : request.fields) {
    if (field != net::Field::idempotency_key) continue;
    if (key) return refusal(Errc::invalid, "there is more than one Idempotency-Key; send one");
    if (!well_formed(value))
      return refusal(Errc::invalid,
                     "Idempotency-Key is invalid; must be 1 to 255 visible ASCII characters, no spaces");
    key = value;
  }
  return key;
}

awaitable<HandedIn> hand_in_once(Context& context, Exchange& exchange, command::SubmitJob job,
                                 JobRequest parts) {
  if (auto refusal = store_refusal(context))
    co_return co_await only_known(context, exchange, std::move(job), std::move(*refusal));
  job.wait.reset();
  std::string name = "idempotency " + job.endpoint.text() + " " + job.idempotency->text;
  awaitable<HandedIn> work = hand_in_claimed(context, exchange, std::move(job), std::move(parts));
  std::optional<HandedIn> handed = co_await under_claim(context, exchange, std::move(name), std::move(work));
  if (!handed)
    co_return HandedIn{
        error_response(503, "another request with this Idempotency-Key is under way; repeat it in a moment")};
  co_return std::move(*handed);
}

Response outlived_by_its_key(const JobId& job) {
  return error_response(404,
                        "job " + job.text() +
                            ", which this Idempotency-Key names, is no longer kept; the key still stands: "
                            "send another one to run the request again");
}

}  // namespace pilotlight::api
