#include <algorithm>
#include <memory>

#include "drive/modes.hpp"
#include "drive/worker.hpp"

namespace pilotlight::bench {
namespace {

/// A reader of server-sent events: counts those that have an id.
class Reader {
 public:
  Reader(const Options& options, const std::string& job) : connection_(options.port()) {
    std::string text =
        request("GET", "/v2/" + options.text("endpoint") + "/stream/" + job, options.text("key"));
    text.insert(text.size() - 2, "Accept: text/event-stream\r\n");
    connection_.send(text);
  }

  int fd() const { return connection_.fd(); }
  long events() const { return events_; }
  bool open() const { return open_; }

  void receive() {
    char buffer[65536];
    const ssize_t n = ::recv(fd(), buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) die("the server closed a stream");
    tail_.append(buffer, static_cast<std::size_t>(n));
    open_ = open_ || tail_.find("event: status\n") != std::string::npos;
    std::size_t at = 0, next = 0;
    for (; (next = tail_.find("\nid: ", at)) != std::string::npos; at = next + 1) ++events_;
    tail_.erase(0, std::max(at, tail_.size() - std::min<std::size_t>(tail_.size(), 16)));
  }

 private:
  Connection connection_;
  std::string tail_;
  bool open_ = false;
  long events_ = 0;
};

void wait_for(Poller& poller, Connection& connection) {
  while (!connection.receive()) poller.wait(1000, [](std::uint64_t) {});
}

std::string taken_job(const Options& options, const Worker& worker, Connection& submitter,
                      Connection& taker) {
  Poller poller;
  poller.add(submitter.fd(), 0);
  poller.add(taker.fd(), 1);
  submitter.send(run_request(options));
  wait_for(poller, submitter);
  taker.send(worker.take());
  wait_for(poller, taker);
  return std::string(field(taker.body(), "id"));
}

}  // namespace

int stream(const Options& options) {
  const long count = options.number("count", 200), readers = options.number("readers", 1);
  const auto pause_us = static_cast<useconds_t>(options.number("pause_us", 2000));
  Connection submitter(options.port()), taker(options.port());
  const Worker worker(options, taker);
  const std::string job = taken_job(options, worker, submitter, taker);
  constexpr std::uint64_t worker_tag = ~std::uint64_t{0};
  Poller poller;
  poller.add(taker.fd(), worker_tag);
  std::vector<std::unique_ptr<Reader>> all;
  long open = 0;
  for (long i = 0; i < readers; ++i) {
    all.push_back(std::make_unique<Reader>(options, job));
    poller.add(all.back()->fd(), static_cast<std::uint64_t>(i));
  }
  while (open < readers)
    poller.wait(1000, [&](std::uint64_t i) {
      const bool before = all[i]->open();
      all[i]->receive();
      open += all[i]->open() && !before ? 1 : 0;
    });
  std::vector<double> each, last;
  const std::string chunk = worker.chunk(job);
  for (long number = 1; number <= count; ++number) {
    ::usleep(pause_us);
    bool answered = false;
    long told = 0;
    const auto start = SteadyClock::now();
    taker.send(chunk);
    while (!answered || told < readers)
      poller.wait(1000, [&](std::uint64_t i) {
        if (i == worker_tag) {
          answered = taker.receive() || answered;
          return;
        }
        all[i]->receive();
        if (all[i]->events() < number) return;
        ++told;
        each.push_back(1e3 * seconds_since(start));
      });
    last.push_back(each.back());
  }
  std::printf("count=%ld readers=%ld", count, readers);
  print_latencies(each);
  std::sort(last.begin(), last.end());
  std::printf(" last_p50_ms=%.3f\n", last[last.size() / 2]);
  return 0;
}

int sync(const Options& options) {
  const long count = options.number("count", 200);
  const auto pause_us = static_cast<useconds_t>(options.number("pause_us", 2000));
  const std::string text =
      request("POST", "/v2/" + options.text("endpoint") + "/runsync", options.text("key"),
              R"({"input":{"prompt":"a small prompt of usual size","steps":20,"seed":42}})");
  Connection submitter(options.port()), taker(options.port());
  const Worker worker(options, taker);
  Poller poller;
  poller.add(submitter.fd(), 0);
  poller.add(taker.fd(), 1);
  std::vector<double> latencies;
  for (long i = 0; i < count; ++i) {
    taker.send(worker.take());
    ::usleep(pause_us);
    bool ended = false, taken = false, done = false;
    const auto start = SteadyClock::now();
    submitter.send(text);
    while (!ended || !done)
      poller.wait(1000, [&](std::uint64_t which) {
        if (which == 0 && submitter.receive()) {
          ended = true;
          latencies.push_back(1e3 * seconds_since(start));
        }
        if (which == 1 && taker.receive()) {
          if (taken) done = true;
          if (!taken) taker.send(worker.done(std::string(field(taker.body(), "id"))));
          taken = true;
        }
      });
  }
  std::printf("count=%zu", latencies.size());
  print_latencies(latencies);
  std::printf("\n");
  return 0;
}

}  // namespace pilotlight::bench
