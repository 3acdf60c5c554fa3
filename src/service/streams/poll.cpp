#include "service/streams/poll.hpp"

#include "domain/jobs/stream.hpp"
#include "service/ask.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {
namespace {

using Taken = Result<std::optional<TakenChunks>>;

/// All chunks [from, to) of this run; fewer once the run is over. On a files thread.
Result<std::vector<Body>> read_chunks(Store& store, const JobId& job, std::uint32_t run, std::uint32_t from,
                                      std::uint32_t to) {
  std::vector<Body> all;
  while (from < to) {
    Result<std::vector<Body>> page = store.chunks(job, run, from, to);
    if (!page) return unreadable(page.error());
    if (page->empty()) break;
    from += static_cast<std::uint32_t>(page->size());
    std::move(page->begin(), page->end(), std::back_inserter(all));
  }
  return all;
}

awaitable<Taken> live_chunks(Context& context, Exchange& exchange, JobId job, answer::StreamChunks told,
                             std::vector<Body> bodies) {
  if (told.chunk && !bodies.empty() && bodies.front()) co_return TakenChunks{told.state, std::move(bodies)};
  Result<std::vector<Body>> chunks = std::vector<Body>();
  auto read = [&context, job, told] { return read_chunks(context.store, job, told.run, told.from, told.to); };
  if (told.from < told.to) chunks = co_await on_files_thread(context, exchange, std::move(read));
  if (!chunks) co_return chunks.error();
  co_return TakenChunks{told.state, std::move(*chunks)};
}

/// The end of a job's stream as the store has it.
struct StoredRest {
  TakenChunks taken;
  std::optional<StreamState> state = {};
};

/// On a files thread.
Result<StoredRest> read_rest(Context& context, const Target& target) {
  const auto row = final_row(context, target);
  if (!row) return row.error();
  if (!*row) return no_such_job();
  StoredRest rest{.taken = {(*row)->state, {}}};
  const auto stored = context.store.stream(target.job);
  if (!stored) return unreadable(stored.error());
  if (!*stored) return rest;
  rest.state = **stored;
  auto chunks = read_chunks(context.store, target.job, rest.state->run, rest.state->read, rest.state->chunks);
  if (!chunks) return chunks.error();
  rest.taken.chunks = std::move(*chunks);
  return rest;
}

/// The chunks of a job that has ended which no poll has taken; a later poll finds none.
awaitable<Taken> take_rest(Context& context, Exchange& exchange, Target target) {
  auto read = [&context, target] { return read_rest(context, target); };
  auto rest = co_await on_files_thread(context, exchange, std::move(read));
  if (!rest) co_return rest.error();
  std::optional<StreamState>& state = rest->state;
  if (state && state->read < state->chunks) {
    state->read = state->chunks;
    // The new position is durable before the answer leaves: after a crash the next poll must not get these
    // chunks again.
    co_await context.asker(exchange).ask(engine::Lane::control, command::MoveStream{ticket_none, *state}, {},
                                         nullptr);
  }
  co_return std::move(rest->taken);
}

}  // namespace

awaitable<Taken> poll_stream(Context& context, Exchange& exchange, Target target, milliseconds hold) {
  for (bool again = false;; again = true) {
    engine::Reply reply = co_await context.asker(exchange).ask(
        engine::Lane::control, command::ReadStream{ticket_none, target.endpoint, target.job, {}, hold}, {},
        &exchange);
    if (const auto* told = std::get_if<answer::StreamChunks>(&reply.answer))
      co_return co_await live_chunks(context, exchange, target.job, *told, std::move(reply.bodies));
    if (std::holds_alternative<answer::Abandoned>(reply.answer)) co_return std::optional<TakenChunks>();
    Taken rest = co_await take_rest(context, exchange, target);
    // Between the two looks a retry may have brought it from the store into the core.
    if (rest || again || rest.error().code != Errc::not_found) co_return rest;
  }
}

awaitable<Result<Body>> first_chunk(Context& context, Exchange& exchange, Target target) {
  auto read = [&context, target]() -> Result<Body> {
    const auto stream = context.store.stream(target.job);
    if (!stream) return unreadable(stream.error());
    if (!*stream) return Body();
    const auto chunks = context.store.chunks(target.job, (*stream)->run, 0, 1);
    if (!chunks) return unreadable(chunks.error());
    return chunks->empty() ? Body() : chunks->front();
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

}  // namespace pilotlight::service
