#pragma once

#include <vector>

#include "domain/jobs/stream.hpp"

namespace pilotlight::core {

struct Waiter;

/// The stream of a live job.
struct LiveStream {
  StreamState state;
  std::uint32_t sent = 0;  ///< handed out by /stream, and not before its next question surely received
  bool unsaved = false;
  std::vector<Waiter*> readers;  ///< that have all chunks and wait for the next, oldest first
};

}  // namespace pilotlight::core
