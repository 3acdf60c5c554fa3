#pragma once

#include <vector>

#include "core/commands/forward.hpp"
#include "core/live_job.hpp"
#include "core/waiters.hpp"

namespace pilotlight::core {

/// The chunks that live jobs stream, and the readers that wait for them.
class Streams {
 public:
  Streams(const Limits& limits, Call& call, Waiters& waiters)
      : limits_(limits), call_(call), waiters_(waiters) {}

  /// Saves the chunk and hands it to the readers that wait. False: the stream is full, and nothing was done.
  bool add(LiveJob& job, const PayloadRef& chunk);
  /// Replies with the chunks that the reader does not have yet, or parks it until there are any.
  void read(LiveJob& job, const command::ReadStream& c);
  /// Voids what was streamed so far, because another delivery begins.
  void begin_run(LiveJob& job);
  /// The job ends: the store has the stream from now on.
  void end(LiveJob& job);
  /// Gives a job that is live again the stream that it had; the next run voids it.
  void revive(LiveJob& job, const StreamState& state);
  /// Takes the stream of a live job back after a restart.
  void restore(LiveJob& job, const StreamState& state);
  /// Saves the states that have changed since the last time.
  void save();

 private:
  LiveStream& of(LiveJob& job);
  void touch(LiveStream& stream);
  void tell_readers(LiveJob& job, const PayloadRef& chunk);

  const Limits& limits_;
  Call& call_;
  Waiters& waiters_;
  std::vector<LiveStream*> unsaved_;
};

}  // namespace pilotlight::core
