#include <memory>

#include "drive/modes.hpp"
#include "drive/worker.hpp"

namespace pilotlight::bench {

int polls(const Options& options) {
  const long connections = options.number("connections", 1000);
  const auto seconds = static_cast<double>(options.number("seconds", 60));
  Poller poller;
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<Worker> workers;
  long answers = 0;
  const auto poll_again = [&](std::uint64_t i) {
    if (!all[i]->receive()) return;
    ++answers;
    all[i]->send(workers[i].take());
  };
  // The last of many registers when the polls of the first have ended, so these go on meanwhile.
  for (long i = 0; i < connections; ++i) {
    all.push_back(std::make_unique<Connection>(options.port()));
    workers.emplace_back(options, *all.back());
    all.back()->send(workers.back().take());
    poller.add(all.back()->fd(), static_cast<std::uint64_t>(i));
    poller.wait(0, poll_again);
  }
  std::printf("parked=%ld\n", connections);
  std::fflush(stdout);
  answers = 0;
  for (const auto start = SteadyClock::now(); seconds_since(start) < seconds;) poller.wait(100, poll_again);
  std::printf("answers=%ld\n", answers);
  return 0;
}

int paced(const Options& options) {
  const auto rate = static_cast<double>(options.number("rate", 50));
  const auto seconds = static_cast<double>(options.number("seconds", 60));
  const std::string text = request("GET", "/", "");
  std::vector<std::unique_ptr<Connection>> all;
  for (long i = 0; i < options.number("connections", 1); ++i)
    all.push_back(std::make_unique<Connection>(options.port()));
  long answers = 0;
  for (const auto start = SteadyClock::now(); seconds_since(start) < seconds; ++answers) {
    const double early = static_cast<double>(answers) / rate - seconds_since(start);
    if (early > 0) ::usleep(static_cast<useconds_t>(1e6 * early));
    Connection& connection = *all[static_cast<std::size_t>(answers) % all.size()];
    connection.send(text);
    while (!connection.receive()) ::usleep(50);
  }
  std::printf("answers=%ld\n", answers);
  return 0;
}

}  // namespace pilotlight::bench
