#include <memory>

#include "drive/modes.hpp"

namespace pilotlight::bench {
namespace {

/// Many small objects, as a large input usually is.
std::string structured_body(long size) {
  std::string body = R"({"input":{"items":[)";
  for (long i = 0; static_cast<long>(body.size()) < size; ++i) {
    if (i > 0) body += ',';
    body += R"({"name":"item )" + std::to_string(i) + R"(","value":)" + std::to_string(i * 7) +
            R"(,"flag":true})";
  }
  return body + "]}}";
}

std::string text_of(const Options& options) {
  const std::string target = options.text("target");
  if (target.empty()) return run_request(options);
  const long size = options.number("size", 0);
  return request(options.text("method", "POST"), target, options.text("key"),
                 size > 0 ? structured_body(size) : options.text("body", "{}"));
}

struct Client {
  explicit Client(int port) : connection(port) {}

  Connection connection;
  SteadyClock::time_point sent{};

  void send(const std::string& text) {
    sent = SteadyClock::now();
    connection.send(text);
  }
};

}  // namespace

int submit(const Options& options) {
  const long connections = options.number("connections", 64), count = options.number("count", 20000);
  const auto pause_us = static_cast<useconds_t>(options.number("pause_us", 0));
  const std::string text = text_of(options);
  Poller poller;
  std::vector<std::unique_ptr<Client>> all;
  std::vector<double> latencies;
  latencies.reserve(static_cast<std::size_t>(count));
  for (long i = 0; i < connections && i < count; ++i) {
    all.push_back(std::make_unique<Client>(options.port()));
    poller.add(all.back()->connection.fd(), static_cast<std::uint64_t>(i));
  }
  const auto start = SteadyClock::now();
  for (const auto& client : all) client->send(text);
  long started = static_cast<long>(all.size()), finished = 0, failed = 0;
  while (finished < count) {
    poller.wait(1000, [&](std::uint64_t i) {
      Client& client = *all[i];
      if (!client.connection.receive()) return;
      ++finished;
      if (client.connection.status() != 200) ++failed;
      latencies.push_back(1e3 * seconds_since(client.sent));
      if (started == count) return;
      ++started;
      if (pause_us > 0) ::usleep(pause_us);
      client.send(text);
    });
  }
  const double elapsed = seconds_since(start);
  std::printf("started_ns=%lld count=%ld failed=%ld seconds=%.3f rate=%.0f",
              static_cast<long long>(start.time_since_epoch() / std::chrono::nanoseconds(1)), count, failed,
              elapsed, static_cast<double>(count) / elapsed);
  print_latencies(latencies);
  std::printf("\n");
  return failed == 0 ? 0 : 1;
}

}  // namespace pilotlight::bench
