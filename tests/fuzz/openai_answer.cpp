// What a client of the OpenAI API is answered when a worker's job has ended. The first byte is the job's
// state, the rest what the worker POSTed to job-done.
#include "api/openai/answers.hpp"

#include <boost/json.hpp>

#include "api/json.hpp"
#include "api/worker/result_body.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

bool names_an_error(const std::string& body) {
  bool message = false;
  for_each_field(copy_body(body), [&message](std::string_view name, std::string_view raw) {
    if (name != "error") return;
    for_each_field(copy_body(raw), [&message](std::string_view inner, std::string_view value) {
      message = message || (inner == "message" && value.starts_with('"'));
    });
  });
  return message;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr JobState states[] = {JobState::completed, JobState::failed, JobState::cancelled,
                                 JobState::timed_out};
  const JobState state = states[data[0] % std::size(states)];
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  const ResultBody result = parse_result(copy_body(text));
  if (result.progress) return 0;
  const Body view =
      make_body("{\"id\":\"a\",\"status\":\"b\"" + (result.text.empty() ? "" : "," + result.text) + "}");

  const auto answer = openai_answer(state, view);
  if (answer && answer->status != 200) ASSERT(answer->status >= 400 && answer->status < 600);
  ASSERT(!answer || graphql::is_utf8(answer->body));
  if (state != JobState::completed) {
    ASSERT(answer && answer->status >= 400 && fuzz::is_json(answer->body) && names_an_error(answer->body));
  }
  if (const auto request = strict_json(copy_body(text), Writer::client)) {
    (void)wants_stream(request->text);
    ASSERT(fuzz::is_json(openai_job_input("/v1/models", request->text)));
  }
  ASSERT(fuzz::is_json(openai_job_input(text, nullptr)));
  return 0;
}
