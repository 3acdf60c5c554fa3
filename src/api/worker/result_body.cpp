#include "api/worker/result_body.hpp"

#include "api/json.hpp"
#include "domain/jobs/job.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::api {
namespace {

/// An `error` that means failure: present and not empty in Python's sense.
bool truthy(std::string_view raw) {
  return !raw.empty() && raw != "null" && raw != "false" && raw != "0" && raw != "\"\"" && raw != "{}" &&
         raw != "[]";
}

ResultBody failure(std::string_view error) {
  ResultBody result;
  result.failed = true;
  result.error = beginning_of(error, attempt_error_bytes_max);
  result.text = "\"error\":" + json_string(error);
  return result;
}

struct Fields {
  std::string_view output, error, status, stop;
  std::size_t count = 0;
};

/// Clients expect a string: other values are handed on as the JSON text of themselves.
std::string error_string(std::string_view raw) {
  return raw.starts_with('"') ? std::string(raw) : json_string(raw);
}

}  // namespace

ResultBody parse_result(const Body& given) {
  if (!given || given->empty()) return failure("the worker reported an empty result");
  ResultBody result;
  const auto strict = strict_json(given, Writer::worker);
  if (!strict) return failure("the worker's result is not valid JSON: " + strict.error().message);
  const Body& body = strict->text;
  result.replaced = strict->replaced;
  Fields fields;
  const bool object = for_each_field(body, [&fields](std::string_view name, std::string_view raw) {
    ++fields.count;
    if (name == "output")
      fields.output = raw;
    else if (name == "error")
      fields.error = raw;
    else if (name == "status")
      fields.status = raw;
    else if (name == "stopPod")
      fields.stop = raw;
  });
  const bool wrapped =
      !fields.output.empty() || !fields.error.empty() || !fields.status.empty() || !fields.stop.empty();
  if (!object || (!wrapped && fields.count > 0)) {
    result.text = "\"output\":" + *body;
    return result;
  }
  if (fields.status == "\"IN_PROGRESS\"") {
    result.progress = true;
    result.text = fields.output.empty() ? "null" : std::string(fields.output);
    return result;
  }
  result.stop_worker = truthy(fields.stop);
  result.failed = truthy(fields.error);
  if (result.failed) {
    result.text = "\"error\":" + error_string(fields.error);
    const std::string error = json_text(fields.error).value_or(std::string(fields.error));
    result.error = beginning_of(error, attempt_error_bytes_max);
  }
  if (!fields.output.empty()) {
    if (!result.text.empty()) result.text += ',';
    result.text += "\"output\":";
    result.text += fields.output;
  }
  return result;
}

ResultBody too_large_result(std::size_t bytes, std::size_t limit) {
  return failure("output too large: " + std::to_string(bytes) + " bytes, limit " + std::to_string(limit));
}

Result<Body> parse_chunk(const Body& given) {
  if (!given || given->empty()) return refusal(Errc::invalid, "the chunk is empty");
  const auto strict = strict_json(given, Writer::worker);
  if (!strict) return refusal(Errc::invalid, "the chunk is not valid JSON: " + strict.error().message);
  const Body& body = strict->text;
  std::string_view output;
  for_each_field(body, [&output](std::string_view name, std::string_view raw) {
    if (name == "output") output = raw;
  });
  return output.empty() ? body : copy_body(output);
}

}  // namespace pilotlight::api
