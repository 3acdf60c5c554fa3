#include "api/jobs/webhooks.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/webhooks/outbox.hpp"

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
  json.text("id", service::delivery_id(webhook.job, webhook.outcome)).text("status", name_of(webhook.state));
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

Body webhook_body(const FinalJob& job, const Body& result, const Body& input, const Body& extras) {
  JsonWriter json = final_members(job);
  if (result) json.members(*result);
  if (input) json.raw("input", *input);
  return make_body(json.text("webhook", webhook_url(extras)).done());
}

awaitable<Response> webhook_log(Context& context, Account, Request request, Exchange& exchange) {
  const auto log = co_await service::webhook_log(context, exchange, target_of(request));
  co_return log ? json_response(200, json_of(*log)) : refused(log.error());
}

}  // namespace pilotlight::api
