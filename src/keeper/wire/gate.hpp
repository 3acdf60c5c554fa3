#pragma once

#include <poll.h>

#include "base/fd.hpp"

namespace pilotlight::keeper {

// What holds the process of a prepared worker: a pipe into which the server writes once the worker's start is
// durable. Nobody reads what was written, so that the gate stays open; a server that is gone opens no more.

/// Makes a gate that is shut: the keeper's end, and the server's.
inline Result<Pipe> make_gate() {
  return make_pipe(O_NONBLOCK);
}
/// The calling process ignores SIGPIPE: nobody may wait any more.
inline void open_gate(const Fd& writing_end) {
  [[maybe_unused]] const ssize_t written = ::write(writing_end.get(), "", 1);
}
inline bool gate_is_open(const Fd& reading_end) {
  pollfd gate{reading_end.get(), POLLIN, 0};
  return ::poll(&gate, 1, 0) == 1 && (gate.revents & POLLIN) != 0;
}

}  // namespace pilotlight::keeper
