#pragma once

#include <optional>
#include <string_view>

#include "api/context.hpp"
#include "service/workers/log.hpp"

// A worker's log as server-sent events, whichever API it is asked for.
namespace pilotlight::api {

/// Lines that a reader gets without saying how many, and the most it can ask for before those to come.
inline constexpr std::size_t log_tail_default = 100;
inline constexpr std::size_t log_tail_max = 5'000;

/// Whether an answer has a body: a HEAD's has none.
enum class LogBody : std::uint8_t { sent, left_out };

/// The number of the line whose event has this id, TIME/NUMBER; nullopt if it is no event's id.
std::optional<std::uint64_t> log_event_number(std::string_view id);

/// The lines that are wanted, from `start` on, and those to come, until the log is complete. Error: the log
/// cannot be read.
awaitable<Result<Response>> log_events(Context& context, Exchange& exchange, service::LoggedWorker worker,
                                       worker_log::Wanted wanted, worker_log::Start start, LogBody body);

}  // namespace pilotlight::api
