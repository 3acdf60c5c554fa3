#include "drive/modes.hpp"
#include "drive/worker.hpp"

namespace pilotlight::bench {
namespace {

constexpr useconds_t parked_after_us = 2000;

/// Waits until both have their answer; the time until the worker had its job.
double hand_over_ms(Poller& poller, Connection& submitter, Connection& worker, const std::string& run) {
  bool accepted = false, taken = false;
  double ms = 0;
  const auto start = SteadyClock::now();
  submitter.send(run);
  while (!accepted || !taken) {
    poller.wait(1000, [&](std::uint64_t which) {
      if (which == 0 && submitter.receive()) accepted = true;
      if (which == 1 && worker.receive()) {
        taken = true;
        ms = 1e3 * seconds_since(start);
      }
    });
  }
  return ms;
}

}  // namespace

int dispatch(const Options& options) {
  const long count = options.number("count", 1000);
  const std::string run = run_request(options);
  Connection submitter(options.port()), taker(options.port());
  const Worker worker(options, taker);
  Poller poller;
  poller.add(submitter.fd(), 0);
  poller.add(taker.fd(), 1);
  std::vector<double> latencies;
  for (long i = 0; i < count; ++i) {
    taker.send(worker.take());
    ::usleep(parked_after_us);
    const double ms = hand_over_ms(poller, submitter, taker, run);
    if (taker.status() != 200) continue;
    latencies.push_back(ms);
    taker.send(worker.done(std::string(field(taker.body(), "id"))));
    while (!taker.receive()) poller.wait(1000, [](std::uint64_t) {});
  }
  std::printf("count=%zu", latencies.size());
  print_latencies(latencies);
  std::printf("\n");
  return 0;
}

}  // namespace pilotlight::bench
