#pragma once

#include <chrono>
#include <cstdint>

#include "base/units.hpp"

namespace pilotlight::net {

/// What a connection may take. Times are met to a second or so: one coarse tick per thread looks at all
/// connections.
struct Limits {
  ByteCount header_max = 32U << 10;
  ByteCount client_bodies_max = 256ULL << 20;  ///< request bodies of clients in memory at a time
  ByteCount worker_bodies_max = 256ULL << 20;  ///< request bodies of workers in memory at a time
  ByteCount share_bytes_max = 128ULL << 20;    ///< request bodies of a single worker in memory at a time
  std::uint32_t share_calls_max = 256;         ///< calls of a single worker, parked ones too
  ByteCount linger_max = 64ULL << 20;          ///< read away of a refused body so that the answer arrives
  std::uint32_t connections_max = 15'000;
  std::chrono::milliseconds tick{1'000};
  std::chrono::milliseconds idle{120'000};   ///< between requests; workers' clients keep a connection 15 s
  std::chrono::milliseconds header{15'000};  ///< from the first byte of a header to its end
  std::chrono::milliseconds body_window{15'000};   ///< in each such window of an upload …
  ByteCount body_window_bytes = 64U << 10;         ///< … at least this much must arrive …
  ByteCount contended_window_bytes = 1U << 20;     ///< … or this much, while others wait for memory
  std::chrono::milliseconds write_window{30'000};  ///< in each such window a response must leave whole …
  ByteCount write_window_bytes = 1U << 20;         ///< … or this much of it
};

}  // namespace pilotlight::net
