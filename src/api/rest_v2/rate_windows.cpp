#include "api/rest_v2/rate_windows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/rest_v2/problem.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using std::chrono::ceil;
using Steady = std::chrono::steady_clock;

/// A time in which only so many requests are answered.
struct RateWindow {
  std::string name;
  RateLimit limit;
};

std::string window_name(std::chrono::milliseconds per) {
  if (per == std::chrono::minutes(1)) return "minute";
  if (per == std::chrono::hours(1)) return "hour";
  if (per == std::chrono::hours(24)) return "day";
  return fmt::format("{} ms", per.count());
}

/// Whole seconds, at least 1: headers have no others.
std::int64_t header_seconds(std::chrono::microseconds time) {
  return std::max<std::int64_t>(1, ceil<std::chrono::seconds>(time).count());
}

/// Counts the requests of each key. Any thread.
class RateWindows {
 public:
  explicit RateWindows(std::vector<RateLimit> limits) {
    std::sort(limits.begin(), limits.end(),
              [](const RateLimit& a, const RateLimit& b) { return a.per < b.per; });
    for (RateLimit& limit : limits) windows_.push_back({window_name(limit.per), std::move(limit)});
  }

  /// The refusal of one more request with this key; nullopt if it is admitted. A refused one does not count
  /// in longer windows.
  std::optional<net::Response> refusal(const std::string& key, Steady::time_point now) {
    for (const RateWindow& window : windows_) {
      const std::string name = window.name + " " + key;
      const auto answer = counter_.begin(name, window.limit, now);
      if (answer.verdict == RateCounter::Verdict::admitted) {
        counter_.end(name);
        continue;
      }
      net::Response refused = problem(429, fmt::format("rate limit exceeded for the {} window", window.name));
      for (auto& [field, value] : refused.headers)
        if (field == "Retry-After") value = std::to_string(header_seconds(answer.wait));
      return refused;
    }
    return std::nullopt;
  }

  void add_headers(net::Response& response, const std::string& key, Steady::time_point now) const {
    std::string standings, policies;
    for (const RateWindow& window : windows_) {
      const auto standing = counter_.standing(window.name + " " + key, window.limit, now);
      const std::string_view comma = standings.empty() ? "" : ", ";
      standings += fmt::format(R"({}"{}";r={};t={})", comma, window.name, standing.left,
                               header_seconds(standing.whole));
      policies += fmt::format(R"({}"{}";q={};w={})", comma, window.name, window.limit.count,
                              header_seconds(window.limit.per));
    }
    response.headers.emplace_back("RateLimit", standings);
    response.headers.emplace_back("RateLimit-Policy", policies);
  }

 private:
  std::vector<RateWindow> windows_;  ///< shortest first
  RateCounter counter_;
};

net::awaitable<net::Response> within_windows(std::shared_ptr<RateWindows> windows,
                                             const AccountHandler& handler, Account account,
                                             net::Request request, net::Exchange& exchange) {
  const std::string key(ApiKeys::hash_of(request));
  auto refused = windows->refusal(key, Steady::now());
  net::Response response;
  if (refused)
    response = std::move(*refused);
  else
    response = co_await handler(account, std::move(request), exchange);
  windows->add_headers(response, key, Steady::now());
  co_return response;
}

}  // namespace

std::vector<AccountRoute> with_rate_windows(const std::vector<RateLimit>& limits,
                                            std::vector<AccountRoute> routes) {
  std::vector<RateLimit> own = limits;
  std::erase_if(own, [](const RateLimit& limit) { return limit.operation != management_operation; });
  if (own.empty()) return routes;
  const auto windows = std::make_shared<RateWindows>(std::move(own));
  for (AccountRoute& route : routes)
    route.handler = [windows, handler = std::move(route.handler)](Account account, net::Request request,
                                                                  net::Exchange& exchange) {
      return within_windows(windows, handler, account, std::move(request), exchange);
    };
  return routes;
}

}  // namespace pilotlight::api::rest_v2
