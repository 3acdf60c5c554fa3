#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/codec.hpp"
#include "base/time.hpp"
#include "domain/ids.hpp"
#include "domain/workers/worker.hpp"

// The words between a server and the keeper that started it: one packet each on a SOCK_SEQPACKET pair.
//
//   server                       keeper
//   Hello           ->
//                   <-           Welcome, then Output and Exited for every exit that was not yet forgotten
//   Ready           ->                                                (it serves; the time base as it is now)
//   Prepare         ->                                                (void with its server)
//   Start           ->                                                (the gate is open)
//                   <-           Started
//                   <-           Output, Exited                       (at its end; repeated until Forget)
//   Stop, Forget    ->
//   ReadOutput      ->                                                (2)
//                   <-           Output                               (2)
//   List            ->
//                   <-           Listed, in parts
//                   <-           Drain                                (first signal), EndNow (second signal)
//   Drained         ->                                                (then the server closes and exits 0)
//
// Evolution: Hello and Welcome begin with the version and never change before it. Messages and fields are
// only added at the end, under a higher version; the keeper speaks the lower of both versions. (2): from
// version 2 on.
namespace pilotlight::keeper {

inline constexpr std::uint32_t protocol_version = 3;
inline constexpr std::size_t packet_max = 64 * 1024;
inline constexpr std::size_t detail_max = 4 * 1024;  ///< bytes in the detail of an Exited
inline constexpr std::size_t listed_part_max = 200;  ///< ids in one Listed
static_assert(listed_part_max * (4 + WorkerId::length_max) + 64 <= packet_max);
static_assert(detail_max + 256 <= packet_max);
inline constexpr std::uint32_t output_version = 2;    ///< the first with ReadOutput and Output
inline constexpr std::uint32_t endpoint_version = 3;  ///< the first with StartRequest::endpoint

/// Time is base + (CLOCK_MONOTONIC - origin).
struct TimeBase {
  std::int64_t base_ms = 0;
  std::int64_t origin_ns = 0;

  friend bool operator==(const TimeBase&, const TimeBase&) = default;
};

struct Variable {
  std::string name;  ///< without '=' and NUL, not empty
  std::string value;

  friend bool operator==(const Variable&, const Variable&) = default;
};

/// What a worker is made of; it travels in a memfd because it holds secrets and may be large.
struct StartRequest {
  /// If not empty the worker cannot be started: it ends at once with this text and exit code -1.
  std::string refusal;
  std::vector<std::string> command;
  std::vector<Variable> environment;  ///< the last of several with one name counts
  std::vector<std::string> secrets;   ///< replaced by *** wherever they appear in output
  std::string folder;                 ///< absolute; the folder that the template gives; may be empty
  std::string note;                   ///< written at the head of the worker's log
  std::vector<std::string> kept;      ///< relative paths in `folder` where what is written persists
  EndpointId endpoint;                ///< named in the log; empty in a request of an older version

  friend bool operator==(const StartRequest&, const StartRequest&) = default;
};
inline constexpr std::size_t start_request_max = 8 * 1024 * 1024;

/// The bytes of a request in the protocol of this version.
std::string encode_start_request(const StartRequest& request, std::uint32_t version);
std::optional<StartRequest> decode_start_request(std::string bytes, std::uint32_t version);

// From the server.
struct Hello {
  std::uint32_t version = protocol_version;
};
struct Ready {
  std::int64_t base_ms = 0;
};
/// The gate of a worker that this server has prepared was opened.
struct Start {
  WorkerId worker;
};
struct Stop {
  WorkerId worker;
  milliseconds grace{};
};
struct Forget {
  WorkerId worker;
};
struct List {
  std::uint8_t reserved = 0;
};
struct Drained {
  std::uint8_t reserved = 0;
};
/// Answer: Output, whether the worker is known or not.
struct ReadOutput {
  WorkerId worker;
  Timestamp asked{};  ///< not the epoch
};
/// Attached: the memfd of a StartRequest, and the worker's gate, the reading end of a pipe. The worker's
/// process is made at once, and runs its program when the server writes into the gate. A gate whose server is
/// gone before that is closed for good.
struct Prepare {
  WorkerId worker;
};
using ToKeeper = std::variant<Hello, Ready, Start, Stop, Forget, List, Drained, Prepare, ReadOutput>;

// From the keeper.
struct Welcome {
  std::uint32_t version = protocol_version;
  TimeBase time;
  bool draining = false;  ///< a Drain follows at once
};
struct Started {
  WorkerId worker;
};
struct Exited {
  WorkerId worker;
  std::int32_t exit_code = 0;  ///< -1: it could not be started, or a signal ended it
  std::int32_t signal = 0;     ///< 0: none
  std::string detail;
};
struct Listed {
  std::vector<WorkerId> workers;
  bool last = true;
};
struct Drain {
  milliseconds grace{};  ///< time that is left
};
struct EndNow {
  std::uint8_t reserved = 0;
};
/// The last lines that a worker has written, within the bounds of LastLines.
struct Output {
  WorkerId worker;
  Timestamp asked{};  ///< as in ReadOutput; the epoch: what belongs to the Exited that follows
  std::vector<OutputLine> lines;
};
using ToServer = std::variant<Welcome, Started, Exited, Listed, Drain, EndNow, Output>;

}  // namespace pilotlight::keeper
