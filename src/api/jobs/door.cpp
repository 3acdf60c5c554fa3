#include "api/jobs/door.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr milliseconds wait_default{90'000};
constexpr std::int64_t wait_least_ms = 1'000, wait_most_ms = 300'000;

}  // namespace

Target target_of(const Request& request) {
  const auto parts = net::captures("/v2/{}/x/{}", request.path);
  Target target;
  if (!parts.empty()) target.endpoint = EndpointId::parse(parts[0]).value_or(EndpointId());
  if (parts.size() > 1) target.job = JobId::parse(parts[1]).value_or(JobId());
  return target;
}

Error size_refusal(ByteCount limit) {
  return refusal(Errc::too_large, "exceeded max body size of " + std::to_string(limit >> 20) + "MiB");
}

std::optional<milliseconds> milliseconds_in(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto ms = number_in(text, least, most);
  return ms ? std::optional(milliseconds{*ms}) : std::nullopt;
}

std::optional<milliseconds> wait_of(const Request& request) {
  const auto text = request.parameter("wait");
  return text ? milliseconds_in(*text, wait_least_ms, wait_most_ms) : wait_default;
}

Error wait_refusal() {
  return refusal(Errc::invalid, "wait is invalid; must be between 1000 and 300000");
}

Response short_view(const JobId& id, JobState state) {
  JsonWriter json;
  json.text("id", id.text()).text("status", wire_name(state));
  return json_response(200, json.done());
}

awaitable<Response> shown(Context& context, Exchange& exchange, Target target,
                          std::optional<milliseconds> wait) {
  const auto found = co_await service::find_job(context, exchange, target, wait);
  co_return found ? found_view(*found) : refused(found.error());
}

}  // namespace pilotlight::api
