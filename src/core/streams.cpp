#include "core/streams.hpp"

#include <algorithm>
#include <utility>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "domain/jobs/commands.hpp"

namespace pilotlight::core {

LiveStream& Streams::of(LiveJob& live) {
  if (live.stream == nullptr) {
    live.stream = std::make_unique<LiveStream>();
    live.stream->state.job = live.job.id;
  }
  return *live.stream;
}

void Streams::touch(LiveStream& stream) {
  if (stream.unsaved) return;
  stream.unsaved = true;
  unsaved_.push_back(&stream);
}

void Streams::save() {
  for (LiveStream* stream : unsaved_) {
    stream->unsaved = false;
    call_.save(record::StreamSaved{stream->state});
  }
  unsaved_.clear();
}

void Streams::begin_run(LiveJob& live) {
  if (live.stream == nullptr || live.stream->state.chunks == 0 || mutant(Mutant::stream_goes_on)) return;
  MARK("core.stream_begins_anew");
  LiveStream& stream = *live.stream;
  call_.save(record::ChunksDropped{live.job.id});
  stream.state = {live.job.id, stream.state.run + 1, 0, 0, 0};
  stream.sent = 0;
  touch(stream);
}

void Streams::end(LiveJob& live) {
  if (live.stream == nullptr) return;
  LiveStream& stream = *live.stream;
  for (Waiter* reader : std::exchange(stream.readers, {})) waiters_.answer(*reader, answer::JobNotLive{});
  if (stream.state.read != stream.sent || stream.unsaved) {
    stream.state.read = stream.sent;
    std::erase(unsaved_, &stream);
    call_.save(record::StreamSaved{stream.state});
  }
  live.stream.reset();
}

bool Streams::add(LiveJob& live, const PayloadRef& chunk) {
  LiveStream& stream = of(live);
  if (stream.state.chunks >= limits_.stream_chunks_max ||
      stream.state.bytes + chunk.bytes > limits_.stream_bytes_max)
    return false;
  call_.save(record::ChunkSaved{live.job.id, stream.state.run, stream.state.chunks, chunk});
  ++stream.state.chunks;
  stream.state.bytes += chunk.bytes;
  touch(stream);
  tell_readers(live, chunk);
  return true;
}

void Streams::tell_readers(LiveJob& live, const PayloadRef& chunk) {
  LiveStream& stream = *live.stream;
  const StreamState& state = stream.state;
  for (Waiter* reader : std::exchange(stream.readers, {})) {
    if (!reader->after && stream.sent == state.chunks) {  // another such reader has it
      stream.readers.push_back(reader);
      continue;
    }
    if (!reader->after) stream.sent = state.chunks;
    waiters_.answer(*reader,
                    answer::StreamChunks{live.job.state, state.run, state.chunks - 1, state.chunks, chunk});
  }
}

void Streams::read(LiveJob& live, const command::ReadStream& c) {
  LiveStream& stream = of(live);
  StreamState& state = stream.state;
  if (!c.after && state.read != stream.sent) {
    state.read = stream.sent;
    touch(stream);
  }
  const bool same_run = c.after && c.after->run == state.run;
  const std::uint32_t from = !c.after ? stream.sent : same_run ? std::min(c.after->chunks, state.chunks) : 0;
  const std::uint32_t to = std::min(state.chunks, from + limits_.chunks_per_read);
  if (!c.after) stream.sent = to;
  // Of another run a reader learns at once, even before it has a chunk.
  if (from < to || (c.after && !same_run) || c.hold <= milliseconds{0} || c.ticket == ticket_none)
    return call_.reply(c.ticket, answer::StreamChunks{live.job.state, state.run, from, to, {}});
  Waiter& reader = waiters_.park(c.ticket, WaiterKind::stream, c.hold);
  reader.job = &live;
  reader.after = c.after;
  stream.readers.push_back(&reader);
}

void Streams::revive(LiveJob& live, const StreamState& state) {
  of(live).state = state;
}

void Streams::restore(LiveJob& live, const StreamState& state) {
  LiveStream& stream = of(live);
  stream.state = state;
  stream.sent = state.read;
}

}  // namespace pilotlight::core
