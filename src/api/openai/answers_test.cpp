#include "api/openai/answers.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "api/openai/python_literal.hpp"

namespace pilotlight::api {
namespace {

TEST(OpenAiInput, names_the_route_and_carries_the_body_as_it_is) {
  EXPECT_EQ(openai_job_input("/v1/models", nullptr), R"({"openai_route":"/v1/models","openai_input":{}})");
  EXPECT_EQ(openai_job_input("/v1/a\"b", make_body(R"({ "n" : 1.50 })")),
            R"({"openai_route":"/v1/a\"b","openai_input":{ "n" : 1.50 }})");
}

TEST(OpenAiInput, streams_only_when_it_says_true) {
  EXPECT_TRUE(wants_stream(make_body(R"({"stream":true})")));
  for (const char* body :
       {R"({"stream":false})", R"({"stream":"true"})", R"({"a":{"stream":true}})", "[true]", "{}"})
    EXPECT_FALSE(wants_stream(make_body(body))) << body;
  EXPECT_FALSE(wants_stream(nullptr));
}

OpenAiAnswer completed(const std::string& output) {
  return openai_answer(JobState::completed, make_body(R"({"id":"j","output":)" + output + "}")).value();
}

TEST(OpenAiAnswer, is_the_first_thing_a_worker_yielded_or_what_it_returned) {
  EXPECT_EQ(completed(R"([{"id":1.50},{"id":2}])").body, R"({"id":1.50})");
  EXPECT_EQ(completed(R"({"data":[1]})").body, R"({"data":[1]})");
  EXPECT_EQ(completed(R"(["{\"id\": 1}"])").body, R"({"id": 1})") << "text is taken as it is";
  EXPECT_EQ(completed("[0]").status, 200);
  for (const char* nothing : {"[]", "null", "[null]"})
    EXPECT_FALSE(openai_answer(JobState::completed, make_body(std::string(R"({"output":)") + nothing + "}")));
  EXPECT_FALSE(openai_answer(JobState::completed, make_body(R"({"id":"j"})")));
}

TEST(OpenAiAnswer, has_the_status_that_an_error_asks_for) {
  const char* bare =
      R"({"object":"error","message":"too long","type":"BadRequestError","param":null,"code":422})";
  EXPECT_EQ(completed("[" + std::string(bare) + "]").body, bare);
  EXPECT_EQ(completed("[" + std::string(bare) + "]").status, 422);
  EXPECT_EQ(completed(R"([{"error":{"message":"m","type":"NotFoundError","code":null}}])").status, 404);
  EXPECT_EQ(completed(R"([{"error":{"message":"m"}}])").status, 500);
  EXPECT_EQ(completed(R"([{"error":{"message":"m","code":200}}])").status, 500);
  EXPECT_EQ(completed(R"([{"error":null,"choices":[]}])").status, 200);
  EXPECT_EQ(completed(R"([{"text":"the word \"error\""}])").status, 200);
}

OpenAiAnswer failed(const std::string& error) {
  return openai_answer(JobState::failed, make_body(R"({"status":"FAILED","error":)" + error + "}")).value();
}

TEST(OpenAiAnswer, words_a_failed_job_as_an_error) {
  EXPECT_EQ(failed(R"("it broke")").body,
            R"({"error":{"message":"it broke","type":"server_error","param":null,"code":null}})");
  EXPECT_EQ(failed(R"("it broke")").status, 500);
  EXPECT_EQ(
      failed(R"("{\"error_type\": \"<class 'ValueError'>\", \"error_message\": \"no\", \"x\": 1}")").body,
      R"({"error":{"message":"no","type":"server_error","param":null,"code":null}})");
  EXPECT_EQ(failed(R"("{'message': 'it\\'s full', 'type': 'worker_error', 'code': None}")").body,
            R"({"error":{"message":"it's full","type":"worker_error","code":null,"param":null}})");
  EXPECT_EQ(failed(R"("{'message': 'm', 'type': 'BadRequestError', 'param': 'p', 'code': 400}")").status,
            400);
  EXPECT_EQ(failed(R"("{'error': {'message': 'inner', 'type': 't', 'code': 429}}")").status, 429);
  EXPECT_EQ(failed(R"("{no literal")").body,
            R"({"error":{"message":"{no literal","type":"server_error","param":null,"code":null}})");
}

TEST(OpenAiAnswer, hands_an_error_with_an_infinite_number_on_as_json) {
  const auto answer = openai_answer(
      JobState::failed, make_body(R"({"error":"{\"message\":\"m\",\"type\":\"t\",\"seconds\":1e999}"})"));
  EXPECT_EQ(answer->body, R"({"error":{"message":"m","type":"t","seconds":null,"param":null,"code":null}})");
}

TEST(OpenAiAnswer, tells_of_other_ends) {
  const Body view = make_body(R"({"error":"executionTimeout exceeded"})");
  EXPECT_EQ(openai_answer(JobState::timed_out, view)->status, 504);
  EXPECT_NE(openai_answer(JobState::timed_out, view)->body.find("executionTimeout"), std::string::npos);
  EXPECT_EQ(openai_answer(JobState::cancelled, make_body("{}"))->status, 500);
}

TEST(OpenAiEvents, pass_raw_text_on_even_in_the_middle_of_an_event) {
  OpenAiEvents events;
  EXPECT_TRUE(events.between_events());
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(events.text(R"("data: {\"a\"")"), "data: {\"a\"");
  EXPECT_FALSE(events.between_events());
  EXPECT_EQ(events.text(R"("")"), "");
  EXPECT_EQ(events.text(R"(": 1}\n")"), ": 1}\n");
  EXPECT_FALSE(events.between_events());
  EXPECT_EQ(events.text(R"("\n")"), "\n");
  EXPECT_TRUE(events.between_events());
  EXPECT_EQ(events.end(), "");
  EXPECT_EQ(events.text(R"("data: [DONE]")"), "data: [DONE]");
  EXPECT_EQ(events.end(), "\n\n");
  events.text(R"("\n")");
  EXPECT_EQ(events.end(), "\n");
  EXPECT_EQ(events.failure("{}"), "\n\ndata: {}\n\n");
}

TEST(OpenAiEvents, are_made_of_objects_and_then_have_an_end) {
  OpenAiEvents events;
  EXPECT_EQ(events.text("{\"a\":\n1}"), "data: {\"a\": 1}\n\n");
  EXPECT_EQ(events.end(), "data: [DONE]\n\n");
  EXPECT_EQ(events.failure("{}"), "data: {}\n\n");
  OpenAiEvents other;
  EXPECT_EQ(other.all_of(make_body(R"([{"a":1},{"b":2}])")), "data: {\"a\":1}\n\ndata: {\"b\":2}\n\n");
  EXPECT_EQ(OpenAiEvents().all_of(make_body(R"({"a":1})")), "data: {\"a\":1}\n\n");
  EXPECT_EQ(OpenAiEvents().end(), "data: [DONE]\n\n");
}

TEST(PythonLiteral, is_read_as_python_prints_it) {
  const auto json = [](std::string_view text) {
    const auto value = parse_python_literal(text);
    return value ? boost::json::serialize(*value) : "none";
  };
  EXPECT_EQ(json(R"({'a': None, "it's": [True, False, 1, -2.5e3, ()], 'x': (1,)})"),
            R"({"a":null,"it's":[true,false,1,-2.5E3,[]],"x":[1]})");
  EXPECT_EQ(json(R"('\n\t\\\x41\u00fc\U0001f600\'"')"), "\"\\n\\t\\\\A\u00fc\U0001f600'\\\"\"");
  for (const char* bad : {"", "{", "{'a'}", "{'a': }", "{1: 2}", "[1", "'a", "'\\", "'\\q'", "'\\x4'",
                          "'\\ud800'", "nan", "<class 'x'>", "{'a': 1} b", "[1 2]"})
    EXPECT_EQ(json(bad), "none") << bad;
  EXPECT_EQ(json(std::string(100, '[') + std::string(100, ']')), "none");
}

}  // namespace
}  // namespace pilotlight::api
