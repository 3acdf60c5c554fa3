#pragma once

#include <vector>

#include "service/context.hpp"
#include "worker_log/log_reader.hpp"

// Logs of workers, also of those that are gone, as long as their files are kept.
namespace pilotlight::service {

/// A worker whose log may be shown.
struct LoggedWorker {
  WorkerId id;
  EndpointId endpoint;  ///< empty: the worker is gone, and its log does not name its endpoint
  bool live = false;    ///< its process may still write
};

/// A worker of this endpoint. not_found: there is no such endpoint, it has no such worker, or the server has
/// no log of the worker; the text says which.
awaitable<Result<LoggedWorker>> find_log(Context& context, Exchange& exchange, EndpointId endpoint,
                                         WorkerId worker);
/// A worker of any endpoint.
awaitable<Result<LoggedWorker>> find_log(Context& context, Exchange& exchange, WorkerId worker);

/// Reads a worker's log to its end, and follows it while it is written.
class LogFollower {
 public:
  /// Context and exchange outlive it.
  LogFollower(Context& context, Exchange& exchange, const LoggedWorker& worker, worker_log::Wanted wanted,
              worker_log::Start start);

  struct Step {
    std::vector<worker_log::Line> lines{};
    std::uint64_t lost = 0;  ///< lines before them that are no longer kept
    bool end = false;        ///< nothing will come: the log is complete, or the connection ends
  };
  /// The next lines. Waits for them as long as `hold`, then returns none. Error: the log cannot be read.
  awaitable<Result<Step>> next(milliseconds hold);

 private:
  awaitable<Result<Step>> follow(milliseconds hold);
  milliseconds pause_before_next_look();
  awaitable<bool> still_there();

  Context& context_;
  Exchange& exchange_;
  LoggedWorker worker_;
  worker_log::LogReader reader_;
  unsigned quiet_looks_ = 0;  ///< without a line, since the last line
  bool peer_gone_ = false;
};

/// The newest lines of a log that are wanted, at most `lines_max`, with at most `bytes_max` bytes of text.
awaitable<Result<std::vector<worker_log::Line>>> newest_lines(Context& context, Exchange& exchange,
                                                              WorkerId worker, worker_log::Wanted wanted,
                                                              std::size_t lines_max, std::size_t bytes_max);

}  // namespace pilotlight::service
