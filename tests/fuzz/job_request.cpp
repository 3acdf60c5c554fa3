// Bodies of /run and /runsync, and of batches.
#include "api/jobs/job_request.hpp"

#include "api/jobs/batch_body.hpp"
#include "api/jobs/webhooks.hpp"
#include "api/json.hpp"
#include "service/batches/batch.hpp"
#include "tests/fuzz/target.hpp"
#include "webhook/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

void is_sound(const JobRequest& request, std::string_view body) {
  ASSERT(fuzz::StrictJson::accepts(*request.input, fuzz::depth_max) && *request.input != "null");
  ASSERT(body.find(*request.input) != std::string_view::npos);
  ASSERT(request.extras.empty() || fuzz::is_json("{" + request.extras + "}"));
  ASSERT(!request.webhook || request.extras.starts_with("\"webhook\":\""));
  ASSERT(!request.webhook || webhook::parse_target(webhook_url(make_body(std::string(request.extras)))));
  if (const auto ttl = request.policy.ttl) ASSERT(ttl->count() >= 10'000 && ttl->count() <= 604'800'000);
  if (const auto time = request.policy.execution_timeout)
    ASSERT(time->count() == 0 || (time->count() >= 5'001 && time->count() <= 604'800'000));
}

void is_said(const Error& error) {
  ASSERT(error.code == Errc::invalid && !error.message.empty() && fuzz::is_json(json_string(error.message)));
}

/// What a worker is handed of an accepted request is the same request again.
void survives(const JobRequest& request) {
  const std::string extras = request.extras.empty() ? "" : request.extras + ",";
  const auto again = parse_job_request(make_body("{" + extras + "\"input\":" + *request.input + "}"));
  ASSERT(again && *again->input == *request.input && again->extras == request.extras);
  ASSERT(again->webhook == request.webhook);
}

void is_same_in_a_batch(const JobRequest& alone, std::string_view body) {
  const auto batch = parse_batch(make_body("{\"requests\":[" + std::string(body) + "]}"));
  ASSERT(batch && batch->size() == 1);
  const JobRequest& one = batch->front();
  ASSERT(*one.input == *alone.input && one.extras == alone.extras && one.policy == alone.policy);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Body body = copy_body(fuzz::text_of(data, size));
  std::size_t replaced = 0;
  const Body strict = made_strict(body, Writer::client, replaced);
  const std::string_view text = *strict;
  const auto request = parse_job_request(body);
  if (request) {
    ASSERT(fuzz::StrictJson::accepts(text, fuzz::depth_max));
    is_sound(*request, text);
    survives(*request);
  } else {
    is_said(request.error());
  }
  // Within a batch it is two levels deeper, which may be too deep.
  if (request && fuzz::StrictJson::accepts(text, fuzz::depth_max - 2)) is_same_in_a_batch(*request, text);

  const auto batch = parse_batch(body);
  if (!batch) return is_said(batch.error()), 0;
  ASSERT(batch->size() <= service::batch_requests_max);
  ASSERT(text.empty() || fuzz::StrictJson::accepts(text, fuzz::depth_max));
  for (const JobRequest& one : *batch) is_sound(one, text);
  return 0;
}
