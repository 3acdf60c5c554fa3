#include "drive/client.hpp"

#include <algorithm>
#include <cstdlib>

namespace pilotlight::bench {

std::string Options::text(const std::string& name, const std::string& fallback) const {
  const auto found = values.find(name);
  return found == values.end() ? fallback : found->second;
}

long Options::number(const std::string& name, long fallback) const {
  const auto found = values.find(name);
  return found == values.end() ? fallback : std::atol(found->second.c_str());
}

std::string request(const std::string& method, const std::string& target, const std::string& key,
                    const std::string& body) {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!key.empty()) text += "Authorization: Bearer " + key + "\r\n";
  if (method == "POST")
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

std::string run_request(const Options& options, const std::string& operation) {
  return run_request_of(options, options.text("endpoint"), operation);
}

std::string run_request_of(const Options& options, const std::string& endpoint,
                           const std::string& operation) {
  return request("POST", "/v2/" + endpoint + "/" + operation, options.text("key"),
                 R"({"input":{"prompt":"a small prompt of usual size","steps":20,"seed":42}})");
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

std::string_view field(std::string_view json, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\":";
  std::size_t at = json.find(quoted);
  if (at == std::string_view::npos) return {};
  at = json.find('"', at + quoted.size());
  if (at == std::string_view::npos) return {};
  return json.substr(at + 1, json.find('"', at + 1) - at - 1);
}

void Poller::add(int fd, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  if (::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

void print_latencies(std::vector<double>& ms) {
  if (ms.empty()) return;
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double q) {
    return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
  };
  std::printf(" p50_ms=%.3f p90_ms=%.3f p99_ms=%.3f max_ms=%.3f", at(0.5), at(0.9), at(0.99), ms.back());
}

}  // namespace pilotlight::bench
