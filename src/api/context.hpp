#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/asker.hpp"
#include "api/in_flight.hpp"
#include "api/secrets.hpp"
#include "engine/engine.hpp"
#include "net/handler.hpp"
#include "ports/clock.hpp"
#include "ports/store.hpp"

namespace pilotlight::api {

/// What the doors are told at start.
struct Settings {
  std::string public_url;              ///< the address that workers are told, such as "http://127.0.0.1:8080"
  ByteCount result_max = 64ULL << 20;  ///< bytes in the result of a worker
  bool drain_on_delete = false;        ///< deleteEndpoint accepts endpoints that are not at zero
  milliseconds poll_hold = Limits{}.poll_hold;
};

/// What all handlers share; outlives them. Immutable but for what says otherwise.
struct Context {
  engine::Engine& engine;
  Store& store;
  Clock& clock;
  const Settings settings;
  const ApiKeys keys;
  const WorkerTokens tokens;
  InFlight in_flight;                                                ///< thread-safe
  std::vector<std::unique_ptr<Asker>>& askers;                       ///< in order of the io threads
  std::function<void(unsigned thread, std::function<void()>)> post;  ///< to an io thread

  Asker& asker(net::Exchange& exchange) { return *askers[exchange.thread()]; }
};

/// See on_files_thread.
net::awaitable<> run_on_files_thread(Context& context, net::Exchange& exchange, std::function<void()> work);

/// Runs `work`, which may wait for the disk or take long, on a files thread, and returns what it returned;
/// the coroutine goes on on its own thread. Give `work` a name before the call and move it in: a lambda
/// written inside a co_await expression is destroyed twice (g++ 12).
template <class Work>
net::awaitable<std::invoke_result_t<Work&>> on_files_thread(Context& context, net::Exchange& exchange,
                                                            Work work) {
  std::optional<std::invoke_result_t<Work&>> value;
  std::function<void()> run = [&value, &work] { value.emplace(work()); };
  co_await run_on_files_thread(context, exchange, std::move(run));
  co_return std::move(*value);
}

/// Waits without holding anything up.
net::awaitable<> pause(net::Exchange& exchange, std::chrono::milliseconds time);

}  // namespace pilotlight::api
