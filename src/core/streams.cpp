// What jobs stream, and who reads it.
#include <algorithm>
#include <utility>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

LiveStream& State::stream_of(LiveJob& live) {
  if (live.stream == nullptr) {
    live.stream = std::make_unique<LiveStream>();
    live.stream->state.job = live.job.id;
  }
  return *live.stream;
}

void State::touch(LiveStream& stream) {
  if (stream.unsaved) return;
  stream.unsaved = true;
  unsaved_streams.push_back(&stream);
}

void State::save_streams() {
  for (LiveStream* stream : unsaved_streams) {
    stream->unsaved = false;
    call.save(record::StreamSaved{stream->state});
  }
  unsaved_streams.clear();
}

/// What was streamed so far is void: another delivery begins.
void State::begin_run(LiveJob& live) {
  if (live.stream == nullptr || live.stream->state.chunks == 0 || mutant(Mutant::stream_goes_on)) return;
  MARK("core.stream_begins_anew");
  LiveStream& stream = *live.stream;
  call.save(record::ChunksDropped{live.job.id});
  stream.state = {live.job.id, stream.state.run + 1, 0, 0, 0};
  stream.sent = 0;
  touch(stream);
}

/// The job ends: the store has the stream from now on.
void State::end_stream(LiveJob& live) {
  if (live.stream == nullptr) return;
  LiveStream& stream = *live.stream;
  for (Waiter* reader : std::exchange(stream.readers, {})) answer(*reader, answer::JobNotLive{});
  if (stream.state.read != stream.sent || stream.unsaved) {
    stream.state.read = stream.sent;
    std::erase(unsaved_streams, &stream);
    call.save(record::StreamSaved{stream.state});
  }
  live.stream.reset();
}

void State::on(const command::PostChunk& c) {
  LiveJob* job = find_job(c.job);
  LiveWorker* live = find_worker(c.worker);
  if (live != nullptr) heard(*live, {});
  if (job == nullptr || live == nullptr || job->holder != live) {
    MARK("core.chunk_does_not_count");
    return call.reply(c.ticket, answer::JobFinished{false});
  }
  runs_now(*live, *job);
  if (c.no_space) {
    MARK("core.no_space_for_stream");
    end_job(*job, {JobEvent::given_up, EndReason::stream_no_space, {}, nullptr});
    return call.reply(c.ticket, answer::JobFinished{false});
  }
  LiveStream& stream = stream_of(*job);
  if (stream.state.chunks >= limits.stream_chunks_max ||
      stream.state.bytes + c.chunk.bytes > limits.stream_bytes_max) {
    MARK("core.stream_full");
    end_job(*job, {JobEvent::given_up, EndReason::stream_full, {}, nullptr});
    return call.reply(c.ticket, answer::JobFinished{false});
  }
  call.save(record::ChunkSaved{c.job, stream.state.run, stream.state.chunks, c.chunk});
  ++stream.state.chunks;
  stream.state.bytes += c.chunk.bytes;
  touch(stream);
  tell_readers(*job, c.chunk);
  call.reply(c.ticket, answer::JobFinished{true});
}

void State::tell_readers(LiveJob& live, const PayloadRef& chunk) {
  LiveStream& stream = *live.stream;
  const StreamState& state = stream.state;
  for (Waiter* reader : std::exchange(stream.readers, {})) {
    if (!reader->after && stream.sent == state.chunks) {  // another such reader has it
      stream.readers.push_back(reader);
      continue;
    }
    if (!reader->after) stream.sent = state.chunks;
    answer(*reader, answer::StreamChunks{live.job.state, state.run, state.chunks - 1, state.chunks, chunk});
  }
}

void State::on(const command::ReadStream& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return call.reply(c.ticket, answer::JobNotLive{});
  LiveStream& stream = stream_of(*live);
  StreamState& state = stream.state;
  if (!c.after && state.read != stream.sent) {
    state.read = stream.sent;
    touch(stream);
  }
  const bool same_run = c.after && c.after->run == state.run;
  const std::uint32_t from = !c.after ? stream.sent : same_run ? std::min(c.after->chunks, state.chunks) : 0;
  const std::uint32_t to = std::min(state.chunks, from + limits.chunks_per_read);
  if (!c.after) stream.sent = to;
  // Of another run a reader learns at once, even before it has a chunk.
  if (from < to || (c.after && !same_run) || c.hold <= milliseconds{0} || c.ticket == ticket_none)
    return call.reply(c.ticket, answer::StreamChunks{live->job.state, state.run, from, to, {}});
  Waiter& reader = waiters.park(c.ticket, WaiterKind::stream, c.hold);
  reader.job = live;
  reader.after = c.after;
  stream.readers.push_back(&reader);
}

void State::on(const command::MoveStream& c) {
  if (find_job(c.stream.job) == nullptr) call.save(record::StreamSaved{c.stream});
  call.reply(c.ticket, answer::Acknowledged{});
}

}  // namespace pilotlight::core
