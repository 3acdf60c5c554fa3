// What workers POST to job-stream, as server-sent events and as the OpenAI API streams it.
#include "api/jobs/event_stream.hpp"

#include <algorithm>

#include "api/json.hpp"
#include "api/openai/answers.hpp"
#include "api/worker/result_body.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

/// The one line of an event that holds this JSON: line breaks stand only between its tokens.
std::string data_line(std::string_view json) {
  std::string line = "data: " + std::string(json);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::replace(line.begin(), line.end(), '\r', ' ');
  return line + "\n";
}

void streams_as_openai(std::string_view chunk) {
  OpenAiEvents events;
  const std::string text = events.text(chunk);
  if (chunk.starts_with('"')) {
    ASSERT(text == json_text(chunk));
    ASSERT(events.empty() == text.empty());
  } else {
    ASSERT(text == data_line(chunk) + "\n" && events.between_events());
    ASSERT(events.end() == "data: [DONE]\n\n");
  }
  const std::string whole = text + events.end();
  ASSERT(events.empty() || whole.ends_with("\n\n") || whole.ends_with("\r\n\r\n"));
  OpenAiEvents elements;
  ASSERT(elements.all_of(copy_body(chunk)).empty() == elements.empty());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto chunk = parse_chunk(copy_body(text));
  if (!chunk) {
    ASSERT(!fuzz::StrictJson::accepts(text, fuzz::depth_max) || fuzz::exponent_is_long(text));
    ASSERT(fuzz::is_json(json_string(chunk.error().message)));
    return 0;
  }
  ASSERT(fuzz::StrictJson::accepts(**chunk, fuzz::depth_max));
  std::string event;
  append_event_data(event, **chunk);
  ASSERT(event == data_line(**chunk));
  streams_as_openai(**chunk);
  return 0;
}
