#pragma once

#include <optional>
#include <string_view>

#include "api/context.hpp"
#include "api/numbers.hpp"
#include "net/handler.hpp"

// What the clients' job operations have in common.
namespace pilotlight::api {

using net::awaitable;
using net::Exchange;
using net::Request;
using net::Response;

inline constexpr std::string_view no_endpoint =
    "endpoint not found: the id is wrong; { myself { endpoints { id } } } of /graphql lists yours";

struct Target {
  EndpointId endpoint;
  JobId job;
};

/// Endpoint and, where the path has one, job; empty ids for what is not well formed, which then is not found.
Target target_of(const Request& request);

/// The 404 of a job that is not there, or not any more.
Response no_such_job();

/// The 503 for a new job that the store does not accept; nullopt if it accepts jobs.
std::optional<Response> store_refusal(Context& context);

/// The 400 for a larger body.
Response size_refusal(ByteCount limit);

/// A whole number of milliseconds between the bounds; nullopt for anything else.
std::optional<milliseconds> milliseconds_in(std::string_view text, std::int64_t least, std::int64_t most);

/// The `wait` of a question that is held open: nullopt if it is out of range, the default if it is absent.
std::optional<milliseconds> wait_of(const Request& request);
/// The 400 for such a wait.
Response wait_refusal();

/// {"id":…,"status":…}
Response short_view(const JobId& id, JobState state);

/// A final job as the store has it; nullopt: not there, or of another endpoint. On a files thread.
Result<std::optional<FinalJob>> final_row(Context& context, const Target& target);
struct EndedJob {
  FinalJob job;
  Body result;
};
/// The same with the worker's fields of its view.
awaitable<Result<std::optional<EndedJob>>> ended_job(Context& context, Exchange& exchange, Target target);
/// What a question about a job is answered with, depending on how it stands.
struct Views {
  Response (*live)(const answer::JobLive& job, const Body& progress);
  Response (*ended)(const FinalJob& job, const Body& result);
  Response (*absent)(const JobId& job);
};
/// The job as it stands, in the core or in the store. With `wait`, a live one's end if it comes in time.
/// `views` is in static storage.
awaitable<Response> shown(Context& context, Exchange& exchange, Target target,
                          std::optional<milliseconds> wait, const Views& views);
/// The view of a final job, or the 404 that says it is not there.
awaitable<Response> stored_view(Context& context, Exchange& exchange, Target target);

}  // namespace pilotlight::api
