#include "api/jobs/webhooks.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

std::string_view name_of(WebhookState state) {
  switch (state) {
    case WebhookState::open: return "OPEN";
    case WebhookState::delivered: return "DELIVERED";
    case WebhookState::given_up: return "GIVEN_UP";
  }
  UNREACHABLE();
}

std::string json_of(const WebhookLog& log) {
  const Webhook& webhook = log.webhook;
  JsonWriter json;
  json.text("id", delivery_id(webhook.job, webhook.outcome)).text("status", name_of(webhook.state));
  json.list("attempts");
  for (const WebhookAttempt& attempt : log.attempts) {
    json.open().text("at", to_iso8601(attempt.ended));
    attempt.status == 0 ? json.null("answer") : json.number("answer", attempt.status);
    if (!attempt.detail.empty()) json.text("detail", attempt.detail);
    json.close();
  }
  json.end();
  if (webhook.state == WebhookState::open) json.text("next", to_iso8601(webhook.due));
  return json.done();
}

Body as_object(const Body& fields) {
  return make_body("{" + (fields ? *fields : "") + "}");
}

}  // namespace

std::string webhook_url(const Body& extras) {
  std::string url;
  for_each_field(as_object(extras), [&url](std::string_view name, std::string_view raw) {
    if (name == "webhook") url = json_text(raw).value_or("");
  });
  return url;
}

std::string delivery_id(const JobId& job, Timestamp outcome) {
  return job.text() + "-" + std::to_string(to_ms(outcome));
}

Body webhook_body(const FinalJob& job, const Body& result, const Body& input, const Body& extras) {
  std::string text = whole_body(final_view(job, result));
  text.pop_back();
  text.reserve(text.size() + (input ? input->size() : 0) + 4'096);
  if (input) text += ",\"input\":" + *input;
  text += ",\"webhook\":" + json_string(webhook_url(extras)) + "}";
  return make_body(std::move(text));
}

awaitable<Response> webhook_log(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  auto read = [&context, target] {
    const auto row = final_row(context, target);
    if (!row) return unreadable(row.error());
    if (!*row) return no_such_job();
    const auto log = context.store.webhook(target.job);
    if (!log) return unreadable(log.error());
    if (!*log) return error_response(404, "the job has no webhook");
    return json_response(200, json_of(**log));
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

}  // namespace pilotlight::api
