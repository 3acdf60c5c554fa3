#include "api/log_events.hpp"

#include <fmt/format.h>

#include "api/json_writer.hpp"
#include "api/numbers.hpp"
#include "base/log.hpp"

namespace pilotlight::api {
namespace {

using service::LogFollower;
using worker_log::Line;

/// Proxies give up a connection on which nothing comes for 30 to 60 s.
constexpr milliseconds log_keep_alive{15'000};

void append_line(std::string& events, const Line& line) {
  const std::string time = to_iso8601(line.at);
  events += fmt::format("id: {}/{:012}\ndata: ", time, line.number);
  events += JsonWriter()
                .text("ts", time)
                .text("source", worker_log::name_of(line.source))
                .text("line", line.text)
                .done();
  events += "\n\n";
}

std::string events_in(const LogFollower::Step& step) {
  std::string events;
  if (step.lost > 0) events += fmt::format(": {} lines are no longer kept\n\n", step.lost);
  for (const Line& line : step.lines) append_line(events, line);
  return events;
}

class LogEvents final : public net::BodyParts {
 public:
  LogEvents(Context& context, Exchange& exchange, const service::LoggedWorker& worker,
            worker_log::Wanted wanted, worker_log::Start start)
      : worker_(worker.id), follower_(context, exchange, worker, wanted, start) {}

  /// Reads what is there, so that a log that cannot be read is an answer of its own.
  awaitable<Result<void>> open() {
    const auto step = co_await follower_.next(milliseconds{0});
    if (!step) co_return step.error();
    ended_ = step->end;
    opening_ = events_in(*step);
    // The header goes with the first part, which a log without lines would hold back.
    if (opening_.empty() && !ended_) opening_ = ": no line yet\n\n";
    co_return Result<void>();
  }

  awaitable<std::optional<std::string>> next() override {
    if (!opening_.empty()) co_return std::exchange(opening_, {});
    if (ended_) co_return std::nullopt;
    const auto step = co_await follower_.next(log_keep_alive);
    ended_ = !step || step->end;
    if (!step) {
      log::warn("worker_log_unreadable worker={} why=\"{}\"", worker_.view(), step.error().message);
      co_return ": the log cannot be read any more\n\n";
    }
    std::string events = events_in(*step);
    if (events.empty() && ended_) co_return std::nullopt;
    if (events.empty()) events = ": still here\n\n";
    co_return events;
  }

 private:
  const WorkerId worker_;
  LogFollower follower_;
  std::string opening_;
  bool ended_ = false;
};

Response events_head() {
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold the events back
  return response;
}

}  // namespace

std::optional<std::uint64_t> log_event_number(std::string_view id) {
  const std::size_t slash = id.find('/');
  if (slash == id.npos || !parse_time(id.substr(0, slash))) return std::nullopt;
  return whole<std::uint64_t>(id.substr(slash + 1));
}

awaitable<Result<Response>> log_events(Context& context, Exchange& exchange, service::LoggedWorker worker,
                                       worker_log::Wanted wanted, worker_log::Start start, LogBody body) {
  auto events = std::make_shared<LogEvents>(context, exchange, worker, wanted, start);
  const auto opened = co_await events->open();
  if (!opened) co_return opened.error();
  Response response = events_head();
  if (body == LogBody::sent) response.parts = std::move(events);
  co_return response;
}

}  // namespace pilotlight::api
