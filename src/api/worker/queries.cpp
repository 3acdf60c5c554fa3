#include "api/worker/queries.hpp"

#include <algorithm>
#include <charconv>

namespace pilotlight::api {
namespace {

constexpr std::uint32_t batch_size_max = 1'000;
constexpr std::size_t reason_bytes_max = 512;

/// "…/1.12.0 …" or "1.12.0"; not known if there are no three numbers.
SdkVersion parse_version(std::string_view text) {
  SdkVersion version;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int16_t* part : {&version.major, &version.minor, &version.patch}) {
    const auto [stop, error] = std::from_chars(at, end, *part);
    if (error != std::errc{} || *part < 0) return {};
    at = stop < end && *stop == '.' ? stop + 1 : stop;
  }
  return version;
}

}  // namespace

std::string token_of(const net::Request& request) {
  return request.parameter("token").value_or(std::string());
}

SdkVersion sdk_of(const net::Request& request) {
  constexpr std::string_view product = "RunPod-Python-SDK/";
  const std::size_t at = request.user_agent.find(product);
  if (at != std::string::npos)
    return parse_version(std::string_view(request.user_agent).substr(at + product.size()));
  return parse_version(request.parameter("runpod_version").value_or(std::string()));
}

std::uint32_t batch_size_of(const net::Request& request) {
  std::uint32_t size = 1;
  if (const auto text = request.parameter("batch_size"))
    std::from_chars(text->data(), text->data() + text->size(), size);
  return std::clamp<std::uint32_t>(size, 1, batch_size_max);
}

std::optional<bool> job_in_progress_of(const net::Request& request) {
  const auto busy = request.parameter("job_in_progress");
  if (!busy || (*busy != "0" && *busy != "1")) return std::nullopt;
  return *busy == "1";
}

std::vector<JobId> pinged_jobs_of(const net::Request& request) {
  std::vector<JobId> found;
  const std::string jobs = request.parameter("job_id").value_or(std::string());
  for (std::size_t at = 0; at < jobs.size();) {
    const std::size_t end = std::min(jobs.find(',', at), jobs.size());
    if (const auto job = JobId::parse(std::string_view(jobs).substr(at, end - at))) found.push_back(*job);
    at = end + 1;
  }
  return found;
}

std::optional<std::string> unhealthy_of(const net::Request& request) {
  if (request.parameter("status") != "unhealthy") return std::nullopt;
  return "the worker's own check " + request.parameter("check").value_or("") +
         " failed: " + request.parameter("reason").value_or("").substr(0, reason_bytes_max);
}

}  // namespace pilotlight::api
