#include "service/workers/log.hpp"

#include <algorithm>
#include <iterator>

#include "service/definitions/definitions.hpp"
#include "service/endpoints/endpoints.hpp"

namespace pilotlight::service {
namespace {

using worker_log::Line;
using worker_log::LogOwner;
using worker_log::LogReader;

// A look at a log in which nothing is new costs one stat. A worker that writes as fast as it is allowed fills
// a file in 200 ms: a reader that looks more often than that misses nothing.
constexpr milliseconds look_often{50}, look_seldom{250};
constexpr unsigned often_looks = 10;
constexpr int pages_max = 64;  ///< a snapshot has no more, though its log may grow meanwhile

std::string log_path(const Context& context, WorkerId worker) {
  return context.worker_logs + "/" + worker.text() + ".log";
}

Error no_such_worker() {
  return refusal(Errc::not_found, "there is no such worker, and no log of one that is gone");
}

/// Null: the worker is not among them.
const Worker* find_worker(const std::vector<answer::WorkerStatus>& workers, WorkerId id) {
  for (const answer::WorkerStatus& status : workers)
    if (status.worker.id == id) return &status.worker;
  return nullptr;
}

awaitable<Result<std::optional<LogOwner>>> owner_of(Context& context, Exchange& exchange, WorkerId worker) {
  auto read = [path = log_path(context, worker)] { return worker_log::log_owner(path); };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

Result<LoggedWorker> live_worker(const Worker& worker, bool has_file) {
  if (worker.origin == WorkerOrigin::by_hand && !has_file)
    return refusal(Errc::not_found, "this worker was started by hand, so its output is where it was started");
  return LoggedWorker{worker.id, worker.endpoint, true};
}

}  // namespace

awaitable<Result<LoggedWorker>> find_log(Context& context, Exchange& exchange, EndpointId endpoint,
                                         WorkerId worker) {
  const auto told = co_await read_workers(context, exchange, endpoint);
  if (!told && told.error().code == Errc::not_found)
    co_return refusal(Errc::not_found, "there is no such endpoint");
  if (!told) co_return told.error();
  if (worker.empty()) co_return no_such_worker();
  const auto owner = co_await owner_of(context, exchange, worker);
  if (!owner) co_return owner.error();
  if (const Worker* live = find_worker(told->workers, worker))
    co_return live_worker(*live, owner->has_value());
  if (*owner != LogOwner{worker, endpoint}) co_return no_such_worker();
  co_return LoggedWorker{worker, endpoint, false};
}

awaitable<Result<LoggedWorker>> find_log(Context& context, Exchange& exchange, WorkerId worker) {
  if (worker.empty()) co_return no_such_worker();
  const auto owner = co_await owner_of(context, exchange, worker);
  if (!owner) co_return owner.error();
  const auto catalog = co_await read_catalog(context, exchange);
  for (const answer::EndpointEntry& entry : catalog->endpoints)
    for (const Worker& live : entry.workers)
      if (live.id == worker) co_return live_worker(live, owner->has_value());
  if (!*owner) co_return no_such_worker();
  co_return LoggedWorker{worker, (*owner)->endpoint, false};
}

LogFollower::LogFollower(Context& context, Exchange& exchange, const LoggedWorker& worker,
                         worker_log::Wanted wanted, worker_log::Start start)
    : context_(context),
      exchange_(exchange),
      worker_(worker),
      reader_(log_path(context, worker.id), wanted, start) {}

milliseconds LogFollower::pause_before_next_look() {
  return quiet_looks_++ < often_looks ? look_often : look_seldom;
}

awaitable<bool> LogFollower::still_there() {
  const auto told = co_await read_workers(context_, exchange_, worker_.endpoint);
  co_return told&& find_worker(told->workers, worker_.id) != nullptr;
}

awaitable<Result<LogFollower::Step>> LogFollower::next(milliseconds hold) {
  exchange_.on_hangup([this] { peer_gone_ = true; });
  Result<Step> step = co_await follow(hold);
  exchange_.on_hangup({});
  co_return step;
}

awaitable<Result<LogFollower::Step>> LogFollower::follow(milliseconds hold) {
  for (milliseconds waited{0}; !peer_gone_ && !exchange_.ending();) {
    auto read = [this] { return reader_.next(); };
    auto page = co_await on_files_thread(context_, exchange_, std::move(read));
    if (!page) co_return page.error();
    if (!page->lines.empty() || page->lost > 0) {
      quiet_looks_ = 0;
      co_return Step{std::move(page->lines), page->lost};
    }
    if (page->more) continue;
    if (page->complete || !worker_.live) break;
    if (waited >= hold) {
      // A full disk leaves no mark of the end, and then only the control plane knows that the worker is gone.
      // Lines that were written before that are read in another look.
      worker_.live = co_await still_there();
      if (worker_.live) co_return Step{};
      continue;
    }
    const milliseconds rest = pause_before_next_look();
    co_await pause(exchange_, rest);
    waited += rest;
  }
  co_return Step{.end = true};
}

awaitable<Result<std::vector<Line>>> newest_lines(Context& context, Exchange& exchange, WorkerId worker,
                                                  worker_log::Wanted wanted, std::size_t lines_max,
                                                  std::size_t bytes_max) {
  auto read = [=, path = log_path(context, worker)]() -> Result<std::vector<Line>> {
    LogReader reader(path, wanted, {.tail = lines_max});
    std::vector<Line> lines;
    std::size_t bytes = 0;
    for (int pages = 0; pages < pages_max; ++pages) {
      auto page = reader.next();
      if (!page) return page.error();
      for (Line& line : page->lines) {
        bytes += line.text.size();
        lines.push_back(std::move(line));
      }
      if (!page->more) break;
    }
    auto first = lines.begin();
    for (; first != lines.end() && bytes > bytes_max; ++first) bytes -= first->text.size();
    lines.erase(lines.begin(), first);
    return lines;
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

}  // namespace pilotlight::service
