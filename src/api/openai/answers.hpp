#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/body.hpp"
#include "domain/jobs/job.hpp"

// What passes between clients of the OpenAI API and the workers behind them. Pure.
namespace pilotlight::api {

/// A status and a JSON body.
struct OpenAiAnswer {
  int status = 200;
  std::string body;
};

/// {"error":{"message","type","param","code"}}, as these clients read errors.
OpenAiAnswer openai_error(int status, std::string_view message);

/// The input of the job for a request to this route, such as "/v1/models"; `request` is JSON, or null where
/// there is no body: workers index its "openai_input" all the same.
std::string openai_job_input(std::string_view route, const Body& request);
/// Whether the request asks for an event stream.
bool wants_stream(const Body& request);

/// What a worker answered with this JSON: an error says its status itself.
OpenAiAnswer openai_value(std::string_view json);
/// The answer that the view of a job in this final state stands for: of a list the first element. nullopt:
/// the job succeeded without an output.
std::optional<OpenAiAnswer> openai_answer(JobState state, const Body& view);

/// The text of an event stream, put together from what a worker yields: raw pieces of the text as JSON
/// strings, or one JSON object an event.
class OpenAiEvents {
 public:
  /// What to send for this chunk; may be empty.
  std::string text(std::string_view chunk);
  /// The same for an output that was not streamed: of a list each element.
  std::string all_of(const Body& output);
  /// What is missing once all chunks are there.
  std::string end() const;
  /// An event that tells of a failure in the middle.
  std::string failure(std::string_view error_body) const;

  /// Something may be put between the text so far and the next chunk.
  bool between_events() const;
  bool empty() const { return !raw_ && !wrapped_; }

 private:
  bool raw_ = false;
  bool wrapped_ = false;  ///< events were made here, so that their end is, too
  std::string last_;      ///< the end of the raw text, at most 4 bytes
};

}  // namespace pilotlight::api
