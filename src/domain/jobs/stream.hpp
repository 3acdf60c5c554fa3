#pragma once

#include <cstdint>

#include "domain/ids.hpp"

namespace pilotlight {

/// What a job has streamed. A run is the work of one delivery: the next delivery begins a new one, and the
/// chunks of the run before are dropped. Chunks of a run are numbered from 0.
struct StreamState {
  JobId job;
  std::uint32_t run = 0;
  std::uint32_t chunks = 0;  ///< chunks in this run
  std::uint64_t bytes = 0;   ///< bytes in these chunks
  std::uint32_t read = 0;    ///< chunks that a client's /stream has surely got

  friend bool operator==(const StreamState&, const StreamState&) = default;
};

/// How far a reader has come: so many chunks of this run.
struct StreamPosition {
  std::uint32_t run = 0;
  std::uint32_t chunks = 0;

  friend bool operator==(const StreamPosition&, const StreamPosition&) = default;
};

}  // namespace pilotlight
