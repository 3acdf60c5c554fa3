#pragma once

#include "drive/worker.hpp"

namespace pilotlight::bench {

/// A submitter and a worker with a connection each, polled together.
struct Pair {
  static constexpr std::uint64_t submitter_tag = 0, worker_tag = 1;
  static constexpr std::uint64_t tags = 2;  ///< whoever is polled with them has this tag or a higher one

  explicit Pair(const Options& options)
      : submitter(options.port()), taker(options.port()), worker(options, taker) {
    poller.add(submitter.fd(), submitter_tag);
    poller.add(taker.fd(), worker_tag);
  }

  /// Until the whole answer is there; nothing else may be under way.
  void wait_for(Connection& connection) {
    while (!connection.receive()) poller.wait(1000, [](std::uint64_t) {});
  }

  Connection submitter, taker;
  Worker worker;  ///< behind `taker`
  Poller poller;
};

}  // namespace pilotlight::bench
