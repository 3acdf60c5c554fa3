#include "api/jobs/stream.hpp"

#include "api/jobs/event_stream.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"

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

/// All chunks [from, to) of this run; fewer once the run is over. On a files thread.
Result<std::vector<Body>> read_chunks(Store& store, const JobId& job, std::uint32_t run, std::uint32_t from,
                                      std::uint32_t to) {
  std::vector<Body> all;
  while (from < to) {
    Result<std::vector<Body>> page = store.chunks(job, run, from, to);
    if (!page) return page.error();
    if (page->empty()) break;
    from += static_cast<std::uint32_t>(page->size());
    std::move(page->begin(), page->end(), std::back_inserter(all));
  }
  return all;
}

awaitable<Response> live_chunks(Context& context, Exchange& exchange, JobId job, answer::StreamChunks told,
                                std::vector<Body> bodies) {
  if (told.chunk && !bodies.empty() && bodies.front()) co_return chunks_response(told.state, bodies);
  Result<std::vector<Body>> chunks = std::vector<Body>();
  auto read = [&context, job, told] { return read_chunks(context.store, job, told.run, told.from, told.to); };
  if (told.from < told.to) chunks = co_await on_files_thread(context, exchange, std::move(read));
  if (!chunks) co_return unreadable(chunks.error());
  co_return chunks_response(told.state, *chunks);
}

/// Of a job that has ended: all that was not yet handed out, then nothing more; nullopt if it is not there.
awaitable<std::optional<Response>> rest(Context& context, Exchange& exchange, Target target) {
  std::optional<StreamState> state;
  Result<std::vector<Body>> chunks = std::vector<Body>();
  auto read = [&context, &state, &chunks, target] {
    auto row = final_row(context, target);
    if (!row || !*row) return row;
    auto stored = context.store.stream(target.job);
    if (!stored) chunks = stored.error();
    if (!stored || !*stored) return row;
    state = **stored;
    chunks = read_chunks(context.store, target.job, state->run, state->read, state->chunks);
    return row;
  };
  const auto row = co_await on_files_thread(context, exchange, std::move(read));
  if (!row) co_return unreadable(row.error());
  if (!*row) co_return std::nullopt;
  if (!chunks) co_return unreadable(chunks.error());
  if (state && state->read < state->chunks) {
    state->read = state->chunks;
    // Durable before it is told: the next question would bring the same chunks again.
    co_await context.asker(exchange).ask(engine::Lane::control, command::MoveStream{ticket_none, *state}, {},
                                         nullptr);
  }
  co_return chunks_response((*row)->state, *chunks);
}

/// The hold of a poll: nullopt if it is out of range.
std::optional<milliseconds> hold_of(const Request& request) {
  const auto text = request.parameter("wait");
  return text ? milliseconds_in(*text, 0, wait_most_ms) : hold_default;
}

awaitable<Response> events(Context& context, Exchange& exchange, Target target, std::string_view last_id) {
  const std::optional<LastEvent> last = parse_event_id(last_id);
  if (!last && !last_id.empty())
    co_return error_response(400, "Last-Event-ID is none of this server's; leave it out to start anew");
  co_return co_await event_stream(context, exchange, target, last);
}

awaitable<Response> poll(Context& context, Exchange& exchange, Target target, milliseconds hold) {
  for (bool again = false;; again = true) {
    engine::Reply reply = co_await context.asker(exchange).ask(
        engine::Lane::control, command::ReadStream{ticket_none, target.endpoint, target.job, {}, hold}, {},
        &exchange);
    if (const auto* told = std::get_if<answer::StreamChunks>(&reply.answer))
      co_return co_await live_chunks(context, exchange, target.job, *told, std::move(reply.bodies));
    if (std::holds_alternative<answer::Abandoned>(reply.answer)) co_return no_content();
    std::optional<Response> response = co_await rest(context, exchange, target);
    if (response) co_return std::move(*response);
    // Between the two looks a retry may have brought it from the store into the core.
    if (again) co_return no_such_job();
  }
}

}  // namespace

awaitable<Response> stream(Context& context, Account, Request request, Exchange& exchange) {
  const auto hold = hold_of(request);
  if (!hold) co_return error_response(400, "wait is invalid; must be between 0 and 300000");
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  if (request.wants_events)
    co_return co_await events(context, exchange, target, request.field(net::Field::last_event_id));
  co_return co_await poll(context, exchange, target, *hold);
}

}  // namespace pilotlight::api
