#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "drive/connection.hpp"

namespace pilotlight::bench {

using SteadyClock = std::chrono::steady_clock;

/// The words of the command line: --name value.
struct Options {
  std::map<std::string, std::string> values;

  std::string text(const std::string& name, const std::string& fallback = "") const;
  long number(const std::string& name, long fallback) const;
  int port() const { return static_cast<int>(number("port", 0)); }
};

/// A whole request; POST gets a JSON body.
std::string request(const std::string& method, const std::string& target, const std::string& key,
                    const std::string& body = "");
/// A /run or another such operation of a small job, on the endpoint of `options` or another one.
std::string run_request(const Options& options, const std::string& operation = "run");
std::string run_request_of(const Options& options, const std::string& endpoint, const std::string& operation);
/// The value of a string field in a flat JSON text, without unescaping; empty if absent.
std::string_view field(std::string_view json, std::string_view name);

double seconds_since(SteadyClock::time_point start);
/// Appends " p50_ms=… p90_ms=… p99_ms=… max_ms=…" to the line of figures.
void print_latencies(std::vector<double>& ms);

/// Sockets to be read, each with a number of its caller's.
class Poller {
 public:
  Poller() : fd_(::epoll_create1(0)) {}
  ~Poller() { ::close(fd_); }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void add(int fd, std::uint64_t tag);
  /// Waits for one or more and calls `each(tag)`.
  template <class Each>
  void wait(int timeout_ms, Each&& each) {
    epoll_event events[256];
    const int n = ::epoll_wait(fd_, events, 256, timeout_ms);
    for (int i = 0; i < n; ++i) each(events[i].data.u64);
  }

 private:
  int fd_;
};

}  // namespace pilotlight::bench
