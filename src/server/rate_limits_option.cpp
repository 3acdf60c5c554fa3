#include <algorithm>

#include "server/options.hpp"

namespace pilotlight::server {
namespace {

/// The limits that RunPod documents (docs/protocol.md 10).
constexpr std::string_view of_runpod =
    "runsync=2000/10s:400,run=1000/10s:200,status=2000/10s:400,status-sync=2000/10s:400,stream=2000/10s:400,"
    "cancel=100/10s:20,purge-queue=2/10s,openai=2000/10s:400,requests=10/10s:2,management=60/1m,"
    "management=3000/1h,management=50000/24h";

constexpr std::string_view operations[] = {
    "run",         "runsync", "status",  "status-sync", "stream", "cancel",   "retry",
    "purge-queue", "health",  "metrics", "batch",       "openai", "requests", api::management_operation};

constexpr std::int64_t count_max = 1'000'000, hour_ms = 3'600'000;

/// A part of the value, read as an option of that kind would be.
std::optional<std::int64_t> number(OptionKind kind, std::string_view text, std::int64_t most) {
  const Option part{"rate-limits", kind, "", "", nullptr, 1, most};
  const auto value = read_value(part, text);
  return value ? std::optional(value->number) : std::nullopt;
}

/// The text before `mark`, which is taken away with it; all of it if there is no mark.
std::string_view take(std::string_view& text, char mark) {
  const std::string_view part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

std::optional<api::RateLimit> parse_one(std::string_view text) {
  api::RateLimit limit;
  limit.operation = take(text, '=');
  if (std::find(std::begin(operations), std::end(operations), limit.operation) == std::end(operations))
    return std::nullopt;
  const auto count = number(OptionKind::count, take(text, '/'), count_max);
  const bool bounded = text.find(':') != text.npos;
  const bool management = limit.operation == api::management_operation;
  const auto per = number(OptionKind::duration, take(text, ':'), management ? 24 * hour_ms : hour_ms);
  const auto concurrent =
      bounded ? number(OptionKind::count, text, count_max) : std::optional<std::int64_t>(0);
  if (!count || !per || !concurrent || (management && bounded)) return std::nullopt;
  limit.count = static_cast<std::uint32_t>(*count);
  limit.per = std::chrono::milliseconds{*per};
  limit.concurrent = static_cast<std::uint32_t>(*concurrent);
  return limit;
}

/// Both bound the same calls.
bool are_alike(const api::RateLimit& a, const api::RateLimit& b) {
  return a.operation == b.operation && (a.operation != api::management_operation || a.per == b.per);
}

}  // namespace

Result<std::vector<api::RateLimit>> parse_rate_limits(std::string_view text) {
  std::vector<api::RateLimit> limits;
  if (text == "runpod") text = of_runpod;
  while (!text.empty()) {
    const std::string_view one = take(text, ',');
    const auto limit = parse_one(one);
    if (!limit)
      return refusal(
          Errc::invalid,
          "option \"rate-limits\": \"" + std::string(one) +
              "\" is not OPERATION=COUNT/TIME or OPERATION=COUNT/TIME:CONCURRENT such as "
              "run=1000/10s:200, where OPERATION is one of the job API, or management=COUNT/TIME; the value "
              "runpod alone sets RunPod's limits");
    const bool twice = std::any_of(limits.begin(), limits.end(),
                                   [&](const auto& other) { return are_alike(other, *limit); });
    if (twice)
      return refusal(Errc::invalid, "option \"rate-limits\": \"" + limit->operation + "\" is named twice");
    limits.push_back(*limit);
  }
  return limits;
}

}  // namespace pilotlight::server
