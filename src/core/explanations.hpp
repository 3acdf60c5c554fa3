#pragma once

#include <span>
#include <string>

#include "base/time.hpp"
#include "core/commands/forward.hpp"
#include "domain/jobs/job.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::core {

/// The lines of the output that were not written before this time.
std::span<const OutputLine> since(std::span<const OutputLine> output, Timestamp time);

/// Why the runpod package sent no result of the job, in its own words: the newest of its log lines about the
/// job that says so (package sources, rp_http.py and rp_scale.py of 0.9.12 to 1.12.0). Empty if there is
/// none.
std::string cause_of(std::span<const OutputLine> output, const JobId& job);

/// The end of a process as a job remembers it that was given to the worker at `given`.
Crash crash_of(const command::WorkerExited& exit, Timestamp given);

}  // namespace pilotlight::core
