#include "api/jobs/batch_body.hpp"

#include "api/json.hpp"
#include "service/batches/batch.hpp"

namespace pilotlight::api {
namespace {

using service::batch_requests_max;

Result<Body> array_in(const Body& given) {
  const auto strict = strict_json(given, Writer::client);
  if (!strict) return refusal(Errc::invalid, "the body is not valid JSON: " + strict.error().message);
  const Body& body = strict->text;
  std::string_view requests;
  const bool object = for_each_field(body, [&requests](std::string_view name, std::string_view raw) {
    if (name == "requests") requests = raw;
  });
  return object ? copy_body(requests) : body;
}

}  // namespace

Result<std::vector<JobRequest>> parse_batch(const Body& body) {
  std::vector<JobRequest> requests;
  if (!body || body->empty()) return requests;
  const auto array = array_in(body);
  if (!array) return array.error();
  std::vector<Body> elements;
  const bool is_array = !(*array)->empty() && for_each_element(*array, [&elements](std::string_view raw) {
    elements.push_back(copy_body(raw));
    return elements.size() <= batch_requests_max;
  });
  if (!is_array)
    return refusal(Errc::invalid, R"(the body must be an array of requests, or {"requests": [...]})");
  if (elements.size() > batch_requests_max)
    return refusal(Errc::invalid, "a batch has at most " + std::to_string(batch_requests_max) + " requests");
  for (const Body& element : elements) {
    auto parsed = parse_job_request(element);
    if (!parsed)
      return refusal(Errc::invalid,
                     "requests[" + std::to_string(requests.size()) + "]: " + parsed.error().message);
    requests.push_back(std::move(*parsed));
  }
  return requests;
}

}  // namespace pilotlight::api
