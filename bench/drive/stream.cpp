#include <algorithm>
#include <memory>

#include "drive/modes.hpp"
#include "drive/pair.hpp"

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

std::string taken_job(const Options& options, Pair& pair) {
  pair.submitter.send(run_request(options));
  pair.wait_for(pair.submitter);
  pair.taker.send(pair.worker.take());
  pair.wait_for(pair.taker);
  return std::string(field(pair.taker.body(), "id"));
}

/// So many readers of the job, all of which have had their first event.
std::vector<std::unique_ptr<Reader>> opened_readers(const Options& options, const std::string& job,
                                                    Poller& poller) {
  std::vector<std::unique_ptr<Reader>> all;
  const long readers = options.number("readers", 1);
  for (long i = 0; i < readers; ++i) {
    all.push_back(std::make_unique<Reader>(options, job));
    poller.add(all.back()->fd(), Pair::tags + static_cast<std::uint64_t>(i));
  }
  for (long open = 0; open < readers;)
    poller.wait(1000, [&](std::uint64_t tag) {
      Reader& reader = *all[tag - Pair::tags];
      const bool before = reader.open();
      reader.receive();
      open += reader.open() && !before ? 1 : 0;
    });
  return all;
}

}  // namespace

int stream(const Options& options) {
  const long count = options.number("count", 200);
  const auto pause_us = static_cast<useconds_t>(options.number("pause_us", 2000));
  Pair pair(options);
  const std::string job = taken_job(options, pair), chunk = pair.worker.chunk(job);
  const auto readers = opened_readers(options, job, pair.poller);
  std::vector<double> each, last;
  for (long number = 1; number <= count; ++number) {
    ::usleep(pause_us);
    bool answered = false;
    std::size_t told = 0;
    const auto start = SteadyClock::now();
    pair.taker.send(chunk);
    while (!answered || told < readers.size())
      pair.poller.wait(1000, [&](std::uint64_t tag) {
        if (tag == Pair::worker_tag) {
          answered = pair.taker.receive() || answered;
          return;
        }
        Reader& reader = *readers[tag - Pair::tags];
        reader.receive();
        if (reader.events() < number) return;
        ++told;
        each.push_back(1e3 * seconds_since(start));
      });
    last.push_back(each.back());
  }
  std::printf("count=%ld readers=%zu", count, readers.size());
  print_latencies(each);
  std::sort(last.begin(), last.end());
  std::printf(" last_p50_ms=%.3f\n", last[last.size() / 2]);
  return 0;
}

int sync(const Options& options) {
  const long count = options.number("count", 200);
  const auto pause_us = static_cast<useconds_t>(options.number("pause_us", 2000));
  const std::string text = run_request(options, "runsync");
  Pair pair(options);
  std::vector<double> latencies;
  for (long i = 0; i < count; ++i) {
    pair.taker.send(pair.worker.take());
    ::usleep(pause_us);
    bool ended = false, taken = false, done = false;
    const auto start = SteadyClock::now();
    pair.submitter.send(text);
    while (!ended || !done)
      pair.poller.wait(1000, [&](std::uint64_t tag) {
        if (tag == Pair::submitter_tag && pair.submitter.receive()) {
          ended = true;
          latencies.push_back(1e3 * seconds_since(start));
        }
        if (tag == Pair::worker_tag && pair.taker.receive()) {
          if (taken) done = true;
          if (!taken) pair.taker.send(pair.worker.done(field(pair.taker.body(), "id")));
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
