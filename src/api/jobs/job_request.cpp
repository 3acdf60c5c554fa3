#include "api/jobs/job_request.hpp"

#include <charconv>

#include "api/json.hpp"

namespace pilotlight::api {
namespace {

constexpr std::int64_t week_ms = 604'800'000;
constexpr std::int64_t ttl_least_ms = 10'000;
constexpr std::int64_t execution_timeout_least_ms = 5'001;  // more than 5 s

/// The whole number of milliseconds in `raw`, within bounds or, if `zero_allowed`, 0.
Result<milliseconds> duration(std::string_view name, std::string_view raw, std::int64_t least,
                              bool zero_allowed) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  const bool whole = error == std::errc{} && stop == raw.data() + raw.size();
  if (!whole || ((value < least || value > week_ms) && !(zero_allowed && value == 0)))
    return refusal(Errc::invalid, std::string(name) + " must be a whole number of milliseconds between " +
                                      std::to_string(least) + " and " + std::to_string(week_ms) +
                                      (zero_allowed ? ", or 0 for no limit" : ""));
  return milliseconds{value};
}

Result<JobPolicy> parse_policy(std::string_view raw) {
  JobPolicy policy;
  if (raw == "null") return policy;
  std::string problem;
  const bool object = for_each_field(copy_body(raw), [&](std::string_view name, std::string_view value) {
    if (value == "null" || !problem.empty()) return;
    if (name == "lowPriority") {
      if (value == "true" || value == "false")
        policy.low_priority = value == "true";
      else
        problem = "policy.lowPriority must be true or false";
    } else if (name == "executionTimeout" || name == "ttl") {
      const bool ttl = name == "ttl";
      const auto time = duration("policy." + std::string(name), value,
                                 ttl ? ttl_least_ms : execution_timeout_least_ms, !ttl);
      if (!time)
        problem = time.error().message;
      else
        (ttl ? policy.ttl : policy.execution_timeout) = *time;
    }
  });
  if (!object) return refusal(Errc::invalid, "policy must be an object");
  if (!problem.empty()) return refusal(Errc::invalid, problem);
  return policy;
}

void add_extra(std::string& extras, std::string_view name, std::string_view raw) {
  if (raw == "null") return;
  if (!extras.empty()) extras += ',';
  append_json_string(extras, name);
  extras += ':';
  extras += raw;
}

}  // namespace

Result<JobRequest> parse_job_request(const Body& body) {
  if (!body || body->empty()) return refusal(Errc::invalid, "the body is empty; send {\"input\": ...}");
  if (auto problem = json_problem(body))
    return refusal(Errc::invalid, "the body is not valid JSON: " + *problem);
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
    return refusal(Errc::invalid,
                   "\"input\" is missing or null; send {\"input\": ...}, {} if there is nothing to say");
  if (!webhook.empty() && webhook != "null" && !webhook.starts_with('"'))
    return refusal(Errc::invalid, "webhook must be a URL in a string");
  if (!s3_config.empty() && s3_config != "null" && !s3_config.starts_with('{'))
    return refusal(Errc::invalid, "s3Config must be an object");
  auto parsed = parse_policy(policy);
  if (!parsed) return parsed.error();
  request.policy = *parsed;
  if (!webhook.empty()) add_extra(request.extras, "webhook", webhook);
  request.webhook = webhook.size() > 2 && webhook != "null";
  if (!s3_config.empty()) add_extra(request.extras, "s3Config", s3_config);
  request.input = copy_body(input);
  return request;
}

}  // namespace pilotlight::api
