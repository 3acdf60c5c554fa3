#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/engine.hpp"
#include "net/asio.hpp"
#include "net/exchange.hpp"
#include "ports/clock.hpp"
#include "ports/store.hpp"
#include "service/asker.hpp"

// Operations on jobs, batches, definitions and workers, in values of the domain; they know no request or
// response of an API. A refusal is an Error, whose text any API may show.
namespace pilotlight::service {

class Sealing;

using net::awaitable;
using net::Exchange;

/// The parts of the server that every operation may use; outlives the operations.
struct Context {
  engine::Engine& engine;
  Store& store;
  Clock& clock;
  std::vector<std::unique_ptr<Asker>>& askers;                       ///< in order of the io threads
  std::function<void(unsigned thread, std::function<void()>)> post;  ///< to an io thread
  Sealing& sealing;
  std::string worker_logs = {};  ///< the folder of the workers' log files

  Asker& asker(Exchange& exchange) { return *askers[exchange.thread()]; }
};

namespace detail {

using Hand = void (engine::Engine::*)(std::function<void()>);

/// Runs `work` on the thread to which `hand` gives it; the coroutine goes on on its own.
awaitable<> run_elsewhere(Hand hand, Context& context, Exchange& exchange, std::function<void()> work);

template <class Work>
awaitable<std::invoke_result_t<Work&>> value_from(Hand hand, Context& context, Exchange& exchange,
                                                  Work work) {
  if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
    std::function<void()> run = [&work] { work(); };
    co_await run_elsewhere(hand, context, exchange, std::move(run));
  } else {
    std::optional<std::invoke_result_t<Work&>> value;
    std::function<void()> run = [&value, &work] { value.emplace(work()); };
    co_await run_elsewhere(hand, context, exchange, std::move(run));
    co_return std::move(*value);
  }
}

}  // namespace detail

/// Runs `work`, which may wait for the disk, on a files thread, and returns what it returned; the coroutine
/// goes on on its own thread. Give `work` a name before the call and move it in: a lambda written inside a
/// co_await expression is destroyed twice (g++ 12).
template <class Work>
awaitable<std::invoke_result_t<Work&>> on_files_thread(Context& context, Exchange& exchange, Work work) {
  return detail::value_from(&engine::Engine::on_files_thread, context, exchange, std::move(work));
}

/// The same on a background thread: for `work` that takes long, such as a list, and that requests about
/// single jobs shall not feel.
template <class Work>
awaitable<std::invoke_result_t<Work&>> in_background(Context& context, Exchange& exchange, Work work) {
  return detail::value_from(&engine::Engine::in_background, context, exchange, std::move(work));
}

/// Waits without holding anything up.
awaitable<> pause(Exchange& exchange, std::chrono::milliseconds time);

/// The refusal of a new job while the store does not take any.
Result<void> accepts_jobs(Context& context);

/// Writes of definitions, keys and credentials: `adds` makes a new one, `changes` alters or removes one.
enum class Write : std::uint8_t { adds, changes };
/// The refusal of such a write while the store has no room for it: what adds something needs the disk above
/// its reserve, what changes or removes something only a commit that need not wait. Error: unavailable.
Result<void> room_for(Context& context, Write write);

}  // namespace pilotlight::service
