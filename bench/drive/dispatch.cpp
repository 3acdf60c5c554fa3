#include "drive/modes.hpp"
#include "drive/pair.hpp"

namespace pilotlight::bench {
namespace {

constexpr useconds_t parked_after_us = 2000;

/// Waits until both have their answer; the time until the worker had its job.
double hand_over_ms(Pair& pair, const std::string& run) {
  bool accepted = false, taken = false;
  double ms = 0;
  const auto start = SteadyClock::now();
  pair.submitter.send(run);
  while (!accepted || !taken) {
    pair.poller.wait(1000, [&](std::uint64_t tag) {
      if (tag == Pair::submitter_tag && pair.submitter.receive()) accepted = true;
      if (tag == Pair::worker_tag && pair.taker.receive()) {
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
  Pair pair(options);
  std::vector<double> latencies;
  for (long i = 0; i < count; ++i) {
    pair.taker.send(pair.worker.take());
    ::usleep(parked_after_us);
    const double ms = hand_over_ms(pair, run);
    if (pair.taker.status() != 200) continue;
    latencies.push_back(ms);
    pair.taker.send(pair.worker.done(field(pair.taker.body(), "id")));
    pair.wait_for(pair.taker);
  }
  std::printf("count=%zu", latencies.size());
  print_latencies(latencies);
  std::printf("\n");
  return 0;
}

}  // namespace pilotlight::bench
