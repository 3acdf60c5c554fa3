#include "api/jobs/job_request.hpp"

#include "api/json.hpp"
#include "api/numbers.hpp"
#include "webhook/target.hpp"

namespace pilotlight::api {
namespace {

constexpr std::int64_t week_ms = 604'800'000;
constexpr std::int64_t ttl_least_ms = 10'000;
constexpr std::int64_t execution_timeout_least_ms = 5'001;  // more than 5 s

/// The whole number of milliseconds in `raw`, within bounds or, if `zero_allowed`, 0.
Result<milliseconds> duration(std::string_view name, std::string_view raw, std::int64_t least,
                              bool zero_allowed) {
  const auto value = json_whole(raw);
  if (!value || ((*value < least || *value > week_ms) && !(zero_allowed && *value == 0)))
    return refusal(Errc::invalid, std::string(name) + " must be a whole number of milliseconds between " +
                                      std::to_string(least) + " and " + std::to_string(week_ms) +
                                      (zero_allowed ? ", or 0 for no limit" : ""));
  return milliseconds{*value};
}

/// A time as `parse_time` reads it, from a JSON string or a whole number; else something that it refuses.
std::string time_text(std::string_view raw) {
  if (raw.starts_with('"')) return json_text(raw).value_or(std::string());
  const auto ms = json_whole(raw);
  return ms ? std::to_string(*ms) : std::string();
}

/// What is wrong with this field of the policy; nullopt if nothing is.
std::optional<Error> read_policy(std::string_view name, std::string_view raw, JobRequest& into) {
  if (name == "lowPriority") {
    if (raw != "true" && raw != "false")
      return refusal(Errc::invalid, "policy.lowPriority must be true or false");
    into.policy.low_priority = raw == "true";
  } else if (name == "executionTimeout") {
    const auto time = duration("policy.executionTimeout", raw, execution_timeout_least_ms, true);
    if (!time) return time.error();
    into.policy.execution_timeout = *time;
  } else if (name == "ttl") {
    const auto time = duration("policy.ttl", raw, ttl_least_ms, false);
    if (!time) return time.error();
    into.policy.ttl = *time;
  } else if (name == "priority") {
    const auto priority = json_whole(raw);
    if (!priority || *priority < priority_least || *priority > priority_most)
      return refusal(Errc::invalid, "policy.priority must be a whole number between -10 and 10");
    into.turn.priority = static_cast<std::int8_t>(*priority);
  } else if (name == "delay") {
    const auto time = duration("policy.delay", raw, 0, false);
    if (!time) return time.error();
    into.turn.delay = *time;
  } else if (name == "notBefore") {
    const auto time = parse_time(time_text(raw));
    if (!time)
      return refusal(Errc::invalid,
                     "policy.notBefore must be milliseconds since 1970, or a time like 2026-01-31T12:00:00Z");
    into.turn.not_before = timestamp_from_ms(*time);
  }
  return std::nullopt;
}

std::optional<Error> parse_policy(std::string_view raw, JobRequest& into) {
  if (raw == "null") return std::nullopt;
  std::optional<Error> problem;
  const bool object = for_each_field(copy_body(raw), [&](std::string_view name, std::string_view value) {
    if (value != "null" && !problem) problem = read_policy(name, value, into);
  });
  return object ? problem : refusal(Errc::invalid, "policy must be an object");
}

/// Why this webhook can never be delivered; nullopt if it may be, or if there is none (null or empty).
std::optional<Error> webhook_problem(std::string_view raw) {
  if (raw.empty() || raw == "null" || raw == "\"\"") return std::nullopt;
  const auto url = json_text(raw);
  if (!url) return refusal(Errc::invalid, "webhook must be a URL in a string");
  const auto target = webhook::parse_target(*url);
  if (target) return std::nullopt;
  return refusal(Errc::invalid, "webhook can never be reached: " + target.error().message +
                                    "; send one like https://example.com/hook, or leave it out");
}

void add_extra(std::string& extras, std::string_view name, std::string_view raw) {
  if (raw == "null") return;
  if (!extras.empty()) extras += ',';
  append_json_string(extras, name);
  extras += ':';
  extras += raw;
}

}  // namespace

Result<JobRequest> parse_job_request(const Body& given) {
  if (!given || given->empty()) return refusal(Errc::invalid, "the body is empty; send {\"input\": ...}");
  const auto strict = strict_json(given, Writer::client);
  if (!strict) return refusal(Errc::invalid, "the body is not valid JSON: " + strict.error().message);
  const Body& body = strict->text;
  JobRequest request;
  std::string_view input, policy = "null", webhook, s3_config;
  const bool object = for_each_field(body, [&](std::string_view name, std::string_view raw) {
    if (name == "input")
      input = raw;
    else if (name == "policy")
      policy = raw;
    else if (name == "webhook")
      webhook = raw;
    else if (name == "s3Config")
      s3_config = raw;
  });
  if (!object) return refusal(Errc::invalid, "the body must be a JSON object with an \"input\"");
  if (input.empty() || input == "null")
    return refusal(
        Errc::invalid,
        "\"input\" is missing or null; send {\"input\": ...}, or {\"input\": {}} if the job needs no input");
  if (auto problem = webhook_problem(webhook)) return *problem;
  if (!s3_config.empty() && s3_config != "null" && !s3_config.starts_with('{'))
    return refusal(Errc::invalid, "s3Config must be an object");
  if (auto problem = parse_policy(policy, request)) return *problem;
  if (!webhook.empty()) add_extra(request.extras, "webhook", webhook);
  request.webhook = webhook.size() > 2 && webhook != "null";
  if (!s3_config.empty()) add_extra(request.extras, "s3Config", s3_config);
  request.input = copy_body(input);
  return request;
}

}  // namespace pilotlight::api
