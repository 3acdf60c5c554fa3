#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/workers/worker.hpp"
#include "net/message.hpp"

// Reads the queries of a worker's polls and pings (docs/protocol.md 3.1 and 7). A part that cannot be
// understood counts as absent.
namespace pilotlight::api {

/// The token that proves which worker speaks: it stands in the query, because headers may carry another key.
std::string token_of(const net::Request& request);

/// From the User-Agent, else from `runpod_version`.
SdkVersion sdk_of(const net::Request& request);

/// How many jobs it asks for at once: 1–1,000.
std::uint32_t batch_size_of(const net::Request& request);
/// Whether it has a job already.
std::optional<bool> job_in_progress_of(const net::Request& request);

/// The jobs that a ping names.
std::vector<JobId> pinged_jobs_of(const net::Request& request);
/// Why its own checks failed, if a ping says so.
std::optional<std::string> unhealthy_of(const net::Request& request);

}  // namespace pilotlight::api
