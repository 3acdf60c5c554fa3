#include "api/rate_limits.hpp"

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "net/text.hpp"

namespace pilotlight::api {
namespace {

struct Limited {
  RateLimit limit;
  std::shared_ptr<RateCounter> counter;
  AccountHandler handler;
};

std::string operation_of(std::string_view pattern) {
  const auto parts = net::path_segments(pattern);
  return parts.size() > 2 ? std::string(parts[2]) : std::string();
}

net::Response refusal(const RateLimit& limit, const RateCounter::Answer& answer) {
  std::string text = "too many requests: /" + limit.operation + " takes ";
  if (answer.verdict == RateCounter::Verdict::too_many)
    text += std::to_string(limit.concurrent) + " at a time";
  else
    text += std::to_string(limit.count) + " in " + std::to_string(limit.per.count()) + " ms";
  text += " with one key on one endpoint; try again later";
  net::Response response = json_response(429, JsonWriter().text("error", text).done());
  const auto wait = std::chrono::ceil<std::chrono::seconds>(answer.wait).count();
  response.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(wait, 1)));
  return response;
}

/// Ends the call, however it ends.
class UnderWay {
 public:
  UnderWay(RateCounter& counter, const std::string& name) : counter_(counter), name_(name) {}
  ~UnderWay() { counter_.end(name_); }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  RateCounter& counter_;
  const std::string& name_;
};

net::awaitable<net::Response> counted(const Limited& limited, std::string name, Account account,
                                      net::Request request, net::Exchange& exchange) {
  const UnderWay under_way(*limited.counter, name);
  net::Response response = co_await limited.handler(account, std::move(request), exchange);
  co_return response;
}

net::awaitable<net::Response> call(const Limited& limited, Account account, net::Request request,
                                   net::Exchange& exchange) {
  const auto parts = net::captures("/v2/{}", request.path);
  std::string name = limited.limit.operation + " " + (parts.empty() ? std::string() : parts.front()) + " ";
  name += ApiKeys::hash_of(request);
  const auto answer = limited.counter->begin(name, limited.limit, std::chrono::steady_clock::now());
  if (answer.verdict != RateCounter::Verdict::admitted) return at_once(refusal(limited.limit, answer));
  return counted(limited, std::move(name), account, std::move(request), exchange);
}

}  // namespace

RateCounter::Answer RateCounter::begin(const std::string& name, const RateLimit& limit, Time now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= forget_at_) forget_idle(now);
  Entry& entry = entries_[name];
  if (limit.concurrent > 0 && entry.under_way >= limit.concurrent) return {Verdict::too_many, {}};
  // Each call costs its part of the time; as many as `count` may be owed.
  const auto cost = std::chrono::duration_cast<std::chrono::nanoseconds>(limit.per) / limit.count;
  const Time paid = std::max(entry.full, now) + cost;
  const Time credit = now + limit.per;
  if (paid > credit) return {Verdict::too_often, std::chrono::ceil<std::chrono::microseconds>(paid - credit)};
  entry.full = paid;
  ++entry.under_way;
  return {};
}

RateCounter::Standing RateCounter::standing(const std::string& name, const RateLimit& limit, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(name);
  const auto cost = std::chrono::duration_cast<std::chrono::nanoseconds>(limit.per) / limit.count;
  const auto owed = entry == entries_.end() ? cost * 0 : std::max(entry->second.full - now, cost * 0);
  const auto left = owed > limit.per ? 0 : (limit.per - owed) / cost;
  return {static_cast<std::uint32_t>(left), std::chrono::ceil<std::chrono::microseconds>(owed)};
}

void RateCounter::end(const std::string& name) {
  const std::lock_guard lock(mutex_);
  --entries_.at(name).under_way;
}

void RateCounter::forget_idle(Time now) {
  std::erase_if(entries_,
                [now](const auto& entry) { return entry.second.under_way == 0 && entry.second.full <= now; });
  forget_at_ = std::max<std::size_t>(1'000, 2 * entries_.size());
}

std::vector<AccountRoute> with_rate_limits(const std::vector<RateLimit>& limits,
                                           std::vector<AccountRoute> routes) {
  if (limits.empty()) return routes;
  const auto counter = std::make_shared<RateCounter>();
  for (AccountRoute& route : routes) {
    const std::string operation = operation_of(route.route.pattern);
    const auto limit = std::find_if(limits.begin(), limits.end(),
                                    [&](const RateLimit& one) { return one.operation == operation; });
    if (limit == limits.end()) continue;
    const auto limited = std::make_shared<const Limited>(Limited{*limit, counter, std::move(route.handler)});
    route.handler = [limited](Account account, net::Request request, net::Exchange& exchange) {
      return call(*limited, account, std::move(request), exchange);
    };
  }
  return routes;
}

}  // namespace pilotlight::api
