#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

//   starting --first take--> idle <--> busy
//       |                     |         |
//       '------> draining <---'---------'     no new job; ends when it holds none
//                   |
//                stopping                     told to end; waits for its exit
//                   |
//                 gone (removed)              from every state, when its process ends
//
// A worker that was started by hand and says nothing for long is `starting` again, until it asks again.
enum class WorkerState : std::uint8_t { starting = 1, idle = 2, busy = 3, draining = 4, stopping = 5 };

/// Who can say whether the worker lives.
enum class WorkerOrigin : std::uint8_t {
  runtime = 0,  ///< a runtime started it and reports its end
  by_hand = 1,  ///< somebody started it; only its own words prove that it lives
};

/// The runpod package's version as far as the worker told it (User-Agent, runpod_version in pings).
struct SdkVersion {
  std::int16_t major = -1;  ///< -1: not known
  std::int16_t minor = 0;
  std::int16_t patch = 0;

  bool known() const { return major >= 0; }
  friend auto operator<=>(const SdkVersion&, const SdkVersion&) = default;
};

/// What is remembered of a worker across restarts.
struct Worker {
  WorkerId id;
  EndpointId endpoint;
  WorkerOrigin origin = WorkerOrigin::runtime;
  WorkerState state = WorkerState::starting;
  std::int64_t endpoint_version = 0;  ///< the endpoint's version that it runs
  Timestamp created{};
  SdkVersion sdk;
  /// The most jobs that it was seen to ask for at once: what it asks for later may count a job twice.
  std::uint32_t concurrency = 1;

  friend bool operator==(const Worker&, const Worker&) = default;
};

/// A line that a worker wrote.
struct OutputLine {
  Timestamp at{};    ///< when it was read
  std::string text;  ///< printable, without secrets and line end

  friend bool operator==(const OutputLine&, const OutputLine&) = default;
};

/// The last of these lines that fit into `bytes_max`, joined by line ends. A last line that is longer alone
/// is cut at its end.
std::string end_of(std::span<const OutputLine> output, std::size_t bytes_max);

/// The beginning of a text, at most `bytes_max` bytes, without a half character at its end.
std::string_view beginning_of(std::string_view text, std::size_t bytes_max);

}  // namespace pilotlight
