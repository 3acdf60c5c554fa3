#pragma once

#include <string>

#include "base/body.hpp"
#include "base/error.hpp"

namespace pilotlight::api {

/// The body of a worker's POST to job-done (docs/protocol.md 4.1).
struct ResultBody {
  bool progress = false;  ///< a progress value, not the end
  bool failed = false;
  bool stop_worker = false;  ///< the worker wants to be replaced
  /// Of a final result: the fields "error" and "output" as JSON without braces, ready to be spliced into a
  /// job view. Of a progress value: the value.
  std::string text;
  std::size_t replaced = 0;  ///< places that were not strict JSON (made_strict)
  std::string error;         ///< beginning of a failure's text, at most attempt_error_bytes_max
};

/// Reads any body: what is not JSON ends the job as failed with a text that says so, for a worker cannot be
/// asked again.
ResultBody parse_result(const Body& body);

/// The result of a job whose output is over the limit.
ResultBody too_large_result(std::size_t bytes, std::size_t limit);

/// The value of a chunk: what stands under "output", or all of a body that has none. Errors: what is wrong
/// with it as JSON.
Result<Body> parse_chunk(const Body& body);

}  // namespace pilotlight::api
