#include <algorithm>
#include <memory>
#include <sstream>
#include <string_view>

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

using Text = std::shared_ptr<const std::string>;

/// Stands in a request for eight digits that no two requests share.
constexpr std::string_view number_mark = "NNNNNNNN";

struct Client {
  Client(int port, Text request, bool counts)
      : connection(port), text(std::move(request)), measured(counts), mark(text->find(number_mark)) {
    if (mark != std::string::npos) numbered = *text;
  }

  Connection connection;
  Text text;
  bool measured;
  std::size_t mark;
  std::string numbered;
  SteadyClock::time_point sent{};

  void send(long number) {
    if (mark != std::string::npos) {
      const std::string digits = std::to_string(100'000'000 + number);
      numbered.replace(mark, number_mark.size(), digits, 1, number_mark.size());
    }
    sent = SteadyClock::now();
    connection.send(mark == std::string::npos ? *text : numbered);
  }
};

/// Those of `others` go to these endpoints in turn and are not measured.
std::vector<std::unique_ptr<Client>> connected(const Options& options, long connections) {
  std::vector<Text> others;
  std::istringstream ids(options.text("others"));
  for (std::string id; std::getline(ids, id, ',');)
    others.push_back(std::make_shared<const std::string>(run_request_of(options, id, "run")));
  const long first = others.empty() ? connections : options.number("first", 1);
  const auto text = std::make_shared<const std::string>(text_of(options));
  std::vector<std::unique_ptr<Client>> all;
  for (long i = 0; i < connections; ++i) {
    const Text& own = i < first ? text : others[static_cast<std::size_t>(i) % others.size()];
    all.push_back(std::make_unique<Client>(options.port(), own, i < first));
  }
  return all;
}

}  // namespace

int submit(const Options& options) {
  const long connections = options.number("connections", 64), count = options.number("count", 20000);
  const auto pause_us = static_cast<useconds_t>(options.number("pause_us", 0));
  Poller poller;
  const auto all = connected(options, std::min(connections, count));
  std::vector<double> latencies;
  latencies.reserve(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < all.size(); ++i) poller.add(all[i]->connection.fd(), i);
  const auto start = SteadyClock::now();
  long started = 0, finished = 0, failed = 0;
  for (const auto& client : all) client->send(started++);
  while (finished < count) {
    poller.wait(1000, [&](std::uint64_t i) {
      Client& client = *all[i];
      if (!client.connection.receive()) return;
      ++finished;
      if (client.connection.status() != 200) ++failed;
      if (client.measured) latencies.push_back(1e3 * seconds_since(client.sent));
      if (started == count) return;
      if (pause_us > 0) ::usleep(pause_us);
      client.send(started++);
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
