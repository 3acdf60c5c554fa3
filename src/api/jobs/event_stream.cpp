#include "api/jobs/event_stream.hpp"

#include <charconv>

#include "api/jobs/job_view.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/ask.hpp"
#include "service/streams/stream_reader.hpp"

namespace pilotlight::api {
namespace {

using service::StreamReader;

/// Proxies give up a connection on which nothing comes for 30 to 60 s.
constexpr milliseconds keep_alive{15'000};

void append_event_id(std::string& out, StreamPosition position, bool end) {
  out +=
      "id: " + std::to_string(position.run) + "-" + std::to_string(position.chunks) + (end ? "-end\n" : "\n");
}

class EventStream final : public net::BodyParts {
 public:
  using Found = StreamReader::Found;

  EventStream(Context& context, Exchange& exchange, Target target, StreamPosition position)
      : context_(context), exchange_(exchange), reader_(context, exchange, target, position) {}

  /// Reads what is there; what was found decides the status of the response.
  awaitable<Found> open() {
    opening_ = co_await text(milliseconds{0});
    co_return found_;
  }
  /// Why the stream cannot be read; empty until `open` or `next` has found it unreadable.
  const std::string& problem() const { return problem_; }

  awaitable<std::optional<std::string>> next() override {
    if (!opening_.empty()) co_return std::exchange(opening_, {});
    if (found_ != Found::chunks) co_return std::nullopt;
    std::string events = co_await text(keep_alive);
    if (events.empty() && found_ == Found::chunks) events = ": still here\n\n";
    if (events.empty()) co_return std::nullopt;
    co_return events;
  }

 private:
  /// The events of the reader's next step.
  awaitable<std::string> text(milliseconds hold) {
    const StreamReader::Step step = co_await reader_.next(hold);
    found_ = step.found;
    std::string events;
    if (step.found == Found::chunks && !is_final(step.state)) {
      if (step.chunks.empty() && step.state == JobState::in_queue)
        co_await append_waiting(events);
      else if (step.state != told_state_)
        append_status(events, short_view(reader_.target().job, step.state));
      told_state_ = step.state;
    }
    append_chunks(events, step);
    if (step.found == Found::end) append_end(events, step);
    if (step.found == Found::unreadable) append_problem(events, step);
    co_return events;
  }

  void append_status(std::string& events, const Response& view) {
    std::string status = "event: status\n";
    append_event_data(status, whole_body(view));
    if (status == told_status_) return;
    events += status + "\n";
    told_status_ = std::move(status);
  }

  /// Why the job waits.
  awaitable<> append_waiting(std::string& events) {
    const Target& target = reader_.target();
    const engine::Reply reply = co_await context_.asker(exchange_).ask(
        engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job, {}}, {}, nullptr);
    if (const auto* live = std::get_if<answer::JobLive>(&reply.answer))
      append_status(events, live_view(*live, reply.bodies.front()));
  }

  void append_chunks(std::string& events, const StreamReader::Step& step) const {
    StreamPosition position = reader_.position();
    position.chunks -= static_cast<std::uint32_t>(step.chunks.size());
    if (step.began_anew) {
      events += "event: reset\n";
      append_event_id(events, position, false);
      events += "data: {\"run\":" + std::to_string(position.run) + "}\n\n";
    }
    for (const Body& chunk : step.chunks) {
      ++position.chunks;
      append_event_id(events, position, false);
      append_event_data(events, chunk ? *chunk : "null");
      events += '\n';
    }
  }

  void append_end(std::string& events, const StreamReader::Step& step) const {
    events += "event: end\n";
    append_event_id(events, reader_.position(), true);
    append_event_data(events, whole_body(final_view(*reader_.final_job(), step.result)));
    events += '\n';
  }

  void append_problem(std::string& events, const StreamReader::Step& step) {
    problem_ = step.problem;
    events += "event: error\n";
    append_event_data(events, JsonWriter().text("error", problem_).done());
    events += '\n';
  }

  Context& context_;
  Exchange& exchange_;
  StreamReader reader_;
  std::string problem_;
  Found found_ = Found::chunks;
  std::string opening_;
  std::optional<JobState> told_state_;
  std::string told_status_;
};

}  // namespace

std::optional<LastEvent> parse_event_id(std::string_view text) {
  LastEvent last;
  last.end = text.ends_with("-end");
  if (last.end) text.remove_suffix(4);
  const char* const end = text.data() + text.size();
  const auto run = std::from_chars(text.data(), end, last.position.run);
  if (run.ec != std::errc{} || run.ptr == end || *run.ptr != '-') return std::nullopt;
  const auto chunks = std::from_chars(run.ptr + 1, end, last.position.chunks);
  if (chunks.ec != std::errc{} || chunks.ptr != end) return std::nullopt;
  return last;
}

void append_event_data(std::string& out, std::string_view json) {
  out += "data: ";
  const std::size_t begin = out.size();
  out += json;
  // Inside JSON's strings there are none.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  out += '\n';
}

Response events_response(std::shared_ptr<net::BodyParts> events, const JobId& job) {
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold the events back
  response.headers.emplace_back("X-Runpod-Job-Id", job.text());
  response.parts = std::move(events);
  return response;
}

awaitable<Response> event_stream(Context& context, Exchange& exchange, Target target,
                                 std::optional<LastEvent> last) {
  auto events =
      std::make_shared<EventStream>(context, exchange, target, last ? last->position : StreamPosition());
  const StreamReader::Found found = co_await events->open();
  if (found == StreamReader::Found::no_job) co_return refused(service::no_such_job());
  if (found == StreamReader::Found::unreadable) co_return error_response(500, events->problem());
  if (found == StreamReader::Found::end && last && last->end) co_return no_content();
  co_return events_response(std::move(events), target.job);
}

}  // namespace pilotlight::api
