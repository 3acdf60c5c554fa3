#include "api/jobs/stream.hpp"

#include "api/jobs/event_stream.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/streams/poll.hpp"

namespace pilotlight::api {
namespace {

/// One SDK gives up after 10 s, two others ask again at once.
constexpr milliseconds hold_default{8'000};
constexpr std::int64_t wait_most_ms = 300'000;

Response chunks_response(JobState state, const std::vector<Body>& chunks) {
  JsonWriter json;
  json.text("status", wire_name(state)).list("stream");
  for (const Body& chunk : chunks) json.open().raw("output", *chunk).close();
  json.end();
  return json_response(200, json.done());
}

/// The hold of a poll: nullopt if it is out of range.
std::optional<milliseconds> hold_of(const Request& request) {
  const auto text = request.parameter("wait");
  return text ? milliseconds_in(*text, 0, wait_most_ms) : hold_default;
}

awaitable<Response> events(Context& context, Exchange& exchange, Target target, std::string_view last_id) {
  const std::optional<LastEvent> last = parse_event_id(last_id);
  if (!last && !last_id.empty())
    co_return error_response(400,
                             "Last-Event-ID is not an event's id; send the id of the last event that you "
                             "received, or leave the header out to start from the first event");
  co_return co_await event_stream(context, exchange, target, last);
}

awaitable<Response> poll(Context& context, Exchange& exchange, Target target, milliseconds hold) {
  const auto taken = co_await service::poll_stream(context, exchange, target, hold);
  if (!taken) co_return refused(taken.error());
  co_return *taken ? chunks_response((*taken)->state, (*taken)->chunks) : no_content();
}

}  // namespace

awaitable<Response> stream(Context& context, Account, Request request, Exchange& exchange) {
  const auto hold = hold_of(request);
  if (!hold) co_return error_response(400, "wait is invalid; must be between 0 and 300000");
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return refused(service::no_such_job());
  if (request.wants_events)
    co_return co_await events(context, exchange, target, request.field(net::Field::last_event_id));
  co_return co_await poll(context, exchange, target, *hold);
}

}  // namespace pilotlight::api
