// The load generator of the end-to-end benchmarks: one thread, one epoll, real sockets. Every mode prints one
// line of key=value figures; run.py starts the servers, measures their CPU and compares with the floors.
#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "connection.hpp"

namespace pilotlight::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Options {
  std::map<std::string, std::string> values;

  std::string text(const std::string& name, const std::string& fallback = "") const {
    const auto found = values.find(name);
    return found == values.end() ? fallback : found->second;
  }
  long number(const std::string& name, long fallback) const {
    const auto found = values.find(name);
    return found == values.end() ? fallback : std::atol(found->second.c_str());
  }
};

std::string request(const std::string& method, const std::string& target, const std::string& key,
                    const std::string& body = "") {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!key.empty()) text += "Authorization: Bearer " + key + "\r\n";
  if (method == "POST")
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// The value of a string field in a flat JSON text, without unescaping; empty if absent.
std::string_view field(std::string_view json, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\":";
  std::size_t at = json.find(quoted);
  if (at == std::string_view::npos) return {};
  at = json.find('"', at + quoted.size());
  if (at == std::string_view::npos) return {};
  return json.substr(at + 1, json.find('"', at + 1) - at - 1);
}

class Poller {
 public:
  Poller() : fd_(::epoll_create1(0)) {}
  ~Poller() { ::close(fd_); }

  void add(int fd, std::uint64_t tag) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = tag;
    if (::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
  }
  template <class Each>
  void wait(int timeout_ms, Each&& each) {
    epoll_event events[256];
    const int n = ::epoll_wait(fd_, events, 256, timeout_ms);
    for (int i = 0; i < n; ++i) each(events[i].data.u64);
  }

 private:
  int fd_;
};

void print_latencies(std::vector<double>& ms) {
  if (ms.empty()) return;
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double q) {
    return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
  };
  std::printf(" p50_ms=%.3f p90_ms=%.3f p99_ms=%.3f max_ms=%.3f", at(0.5), at(0.9), at(0.99), ms.back());
}

/// `connections` clients, each with one request under way, until `count` answers came.
int submit(const Options& options) {
  const int port = static_cast<int>(options.number("port", 0));
  const long connections = options.number("connections", 64), count = options.number("count", 20000);
  const std::string body =
      options.text("body", R"({"input":{"prompt":"a small prompt of usual size","steps":20,"seed":42}})");
  const long size = options.number("size", 0);
  std::string large;
  if (size > 0) {
    large = R"({"input":{"items":[)";
    for (long i = 0; static_cast<long>(large.size()) < size; ++i)
      large += (i ? "," : "") + std::string(R"({"name":"item )") + std::to_string(i) + R"(","value":)" +
               std::to_string(i * 7) + R"(,"flag":true})";
    large += "]}}";
  }
  const std::string text = request(options.text("method", "POST"), options.text("target"),
                                   options.text("key"), size > 0 ? large : body);
  Poller poller;
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<SteadyClock::time_point> sent(static_cast<std::size_t>(connections));
  std::vector<double> latencies;
  latencies.reserve(static_cast<std::size_t>(count));
  long started = 0, finished = 0, failed = 0;
  const auto start = SteadyClock::now();
  for (long i = 0; i < connections && started < count; ++i, ++started) {
    all.push_back(std::make_unique<Connection>(port));
    poller.add(all.back()->fd(), static_cast<std::uint64_t>(i));
    sent[static_cast<std::size_t>(i)] = SteadyClock::now();
    all.back()->send(text);
  }
  while (finished < count) {
    poller.wait(1000, [&](std::uint64_t i) {
      Connection& connection = *all[i];
      if (!connection.receive()) return;
      ++finished;
      if (connection.status() != 200) ++failed;
      latencies.push_back(1e3 * seconds_since(sent[i]));
      if (started == count) return;
      ++started;
      sent[i] = SteadyClock::now();
      connection.send(text);
    });
  }
  const double elapsed = seconds_since(start);
  std::printf("count=%ld failed=%ld seconds=%.3f rate=%.0f", count, failed, elapsed,
              static_cast<double>(count) / elapsed);
  print_latencies(latencies);
  std::printf("\n");
  return failed == 0 ? 0 : 1;
}

/// The URLs of one worker, as its environment gives them, without the origin.
struct WorkerUrls {
  std::string take, done, token;
};

std::string without_origin(const std::string& url) {
  const std::size_t at = url.find('/', url.find("//") + 2);
  return url.substr(at);
}

WorkerUrls worker_urls(const Options& options, const std::string& environment) {
  const auto value = [&](std::string_view name) { return std::string(field(environment, name)); };
  (void)options;
  return {without_origin(value("RUNPOD_WEBHOOK_GET_JOB")),
          without_origin(value("RUNPOD_WEBHOOK_POST_OUTPUT")), value("RUNPOD_AI_API_KEY")};
}

WorkerUrls register_worker(const Options& options) {
  Connection connection(static_cast<int>(options.number("port", 0)));
  connection.send(
      request("POST", "/v2/" + options.text("endpoint") + "/worker-env", options.text("key"), "{}"));
  while (!connection.receive()) ::usleep(200);
  if (connection.status() != 200) {
    std::fprintf(stderr, "worker-env answered %d: %s\n", connection.status(),
                 std::string(connection.body()).c_str());
    std::exit(1);
  }
  return worker_urls(options, std::string(connection.body()));
}

std::string done_request(const WorkerUrls& urls, std::string_view job) {
  std::string target = urls.done;
  const std::size_t at = target.find("$ID");
  target.replace(at, 3, job);
  return request("POST", target + "&isStream=false", urls.token, R"({"output":{"ok":true}})");
}

/// Whole jobs: submitters keep one /run under way each, workers take and finish over connections of their
/// own.
int jobs(const Options& options) {
  const int port = static_cast<int>(options.number("port", 0));
  const long submitters = options.number("submitters", 64), workers = options.number("workers", 16),
             count = options.number("count", 20000);
  const std::string run =
      request("POST", "/v2/" + options.text("endpoint") + "/run", options.text("key"),
              R"({"input":{"prompt":"a small prompt of usual size","steps":20,"seed":42}})");
  std::vector<WorkerUrls> urls;
  for (long i = 0; i < workers; ++i) urls.push_back(register_worker(options));
  Poller poller;
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<bool> finishing(static_cast<std::size_t>(workers), false);
  const auto take = [&](std::size_t w) {
    return request("GET", urls[w].take + "&job_in_progress=0", urls[w].token);
  };
  const auto start = SteadyClock::now();
  for (long i = 0; i < workers + submitters; ++i) {
    all.push_back(std::make_unique<Connection>(port));
    poller.add(all.back()->fd(), static_cast<std::uint64_t>(i));
    all.back()->send(i < workers ? take(static_cast<std::size_t>(i)) : run);
  }
  long submitted = submitters, finished = 0, failed = 0, polls = 0;
  while (finished < count) {
    poller.wait(1000, [&](std::uint64_t i) {
      Connection& connection = *all[i];
      if (!connection.receive()) return;
      if (connection.status() != 200 && connection.status() != 204) ++failed;
      if (i >= static_cast<std::uint64_t>(workers)) {
        if (submitted < count) {
          ++submitted;
          connection.send(run);
        }
      } else if (finishing[i]) {
        ++finished;
        finishing[i] = false;
        connection.send(take(i));
      } else if (connection.status() == 200) {
        finishing[i] = true;
        const std::string job(field(connection.body(), "id"));
        connection.send(done_request(urls[i], job));
      } else {
        ++polls;
        connection.send(take(i));
      }
    });
  }
  const double elapsed = seconds_since(start);
  std::printf("count=%ld failed=%ld empty_polls=%ld seconds=%.3f rate=%.0f\n", count, failed, polls, elapsed,
              static_cast<double>(count) / elapsed);
  return failed == 0 ? 0 : 1;
}

/// From the first byte of /run sent to the job in a waiting worker's hands, one at a time.
int dispatch(const Options& options) {
  const int port = static_cast<int>(options.number("port", 0));
  const long count = options.number("count", 1000);
  const WorkerUrls urls = register_worker(options);
  const std::string run = request("POST", "/v2/" + options.text("endpoint") + "/run", options.text("key"),
                                  R"({"input":{"n":1}})");
  const std::string take = request("GET", urls.take + "&job_in_progress=0", urls.token);
  Connection submitter(port), worker(port);
  Poller poller;
  poller.add(submitter.fd(), 0);
  poller.add(worker.fd(), 1);
  std::vector<double> latencies;
  for (long i = 0; i < count; ++i) {
    worker.send(take);
    ::usleep(2000);
    bool accepted = false, taken = false;
    const auto start = SteadyClock::now();
    submitter.send(run);
    while (!accepted || !taken) {
      poller.wait(1000, [&](std::uint64_t which) {
        if (which == 0 && submitter.receive()) accepted = true;
        if (which == 1 && worker.receive()) {
          taken = true;
          if (worker.status() == 200) latencies.push_back(1e3 * seconds_since(start));
        }
      });
    }
    if (worker.status() != 200) continue;
    const std::string job(field(worker.body(), "id"));
    worker.send(done_request(urls, job));
    while (!worker.receive()) poller.wait(1000, [](std::uint64_t) {});
  }
  std::printf("count=%zu", latencies.size());
  print_latencies(latencies);
  std::printf("\n");
  return 0;
}

/// `connections` parked polls (or requests repeated at a fixed pace against a floor) for `seconds`.
int polls(const Options& options) {
  const int port = static_cast<int>(options.number("port", 0));
  const long connections = options.number("connections", 1000), seconds = options.number("seconds", 60);
  Poller poller;
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<std::string> texts;
  long answers = 0;
  const WorkerUrls shared = options.text("target").empty() ? register_worker(options) : WorkerUrls{};
  for (long i = 0; i < connections; ++i) {
    all.push_back(std::make_unique<Connection>(port));
    poller.add(all.back()->fd(), static_cast<std::uint64_t>(i));
    if (options.text("target").empty()) {
      const WorkerUrls urls = options.number("workers", 1000) > 1 ? register_worker(options) : shared;
      texts.push_back(request("GET", urls.take + "&job_in_progress=0", urls.token));
    } else {
      texts.push_back(request("GET", options.text("target"), options.text("key")));
    }
    all.back()->send(texts.back());
  }
  std::printf("parked=%ld\n", connections);
  std::fflush(stdout);
  const auto start = SteadyClock::now();
  while (seconds_since(start) < static_cast<double>(seconds)) {
    poller.wait(100, [&](std::uint64_t i) {
      if (!all[i]->receive()) return;
      ++answers;
      all[i]->send(texts[i]);
    });
  }
  std::printf("answers=%ld\n", answers);
  return 0;
}

/// Requests at a fixed rate over one set of connections, for the floor of `polls`.
int paced(const Options& options) {
  const int port = static_cast<int>(options.number("port", 0));
  const double rate = static_cast<double>(options.number("rate", 50)),
               seconds = static_cast<double>(options.number("seconds", 60));
  const std::string text = request(options.text("method", "POST"), options.text("target", "/"), "", "{}");
  Connection connection(port);
  Poller poller;
  poller.add(connection.fd(), 0);
  long answers = 0;
  const auto start = SteadyClock::now();
  while (seconds_since(start) < seconds) {
    const double due = static_cast<double>(answers) / rate;
    const double now = seconds_since(start);
    if (now < due) {
      ::usleep(static_cast<useconds_t>(1e6 * (due - now)));
      continue;
    }
    connection.send(text);
    while (!connection.receive()) poller.wait(1000, [](std::uint64_t) {});
    ++answers;
  }
  std::printf("answers=%ld\n", answers);
  return 0;
}

}  // namespace
}  // namespace pilotlight::bench

int main(int argc, char** argv) {
  using namespace pilotlight::bench;
  const std::map<std::string, int (*)(const Options&)> modes = {
      {"submit", submit}, {"jobs", jobs}, {"dispatch", dispatch}, {"polls", polls}, {"paced", paced}};
  const auto mode = argc > 1 ? modes.find(argv[1]) : modes.end();
  if (mode == modes.end()) {
    std::fprintf(stderr, "usage: bench_drive submit|jobs|dispatch|polls|paced --port N [--name value]...\n");
    return 2;
  }
  Options options;
  for (int i = 2; i + 1 < argc; i += 2) options.values[argv[i] + 2] = argv[i + 1];
  return mode->second(options);
}
