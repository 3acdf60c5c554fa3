#include "api/jobs/job_request.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

Result<JobRequest> parsed(std::string text) {
  return parse_job_request(make_body(std::move(text)));
}

/// The refusal of {"input":1,"policy":POLICY}; "none" if it is accepted.
std::string policy_problem(const std::string& policy) {
  const auto request = parsed("{\"input\":1,\"policy\":" + policy + "}");
  return request ? "none" : request.error().message;
}

TEST(JobRequest, any_json_but_null_is_an_input_and_is_kept_as_it_was_sent) {
  for (const char* input : {"{}", "[]", "\"\"", "0", "false", "{ \"a\" : 1.50 }", "[null]", "\"\\u00e9\"",
                            "-0.0", "1208925819614629174706176", "1e400"}) {
    const auto request = parsed("{ \"input\" : " + std::string(input) + " , \"other\": [1] }");
    ASSERT_TRUE(request) << input << ": " << request.error().message;
    EXPECT_EQ(*request->input, input);
    EXPECT_TRUE(request->extras.empty());
  }
}

TEST(JobRequest, half_of_a_surrogate_pair_is_replaced) {
  const auto request = parsed(R"({"input":{"\ud83d":"\ude00"},"webhook":"http://x/\ud83d"})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(*request->input, R"({"\ufffd":"\ufffd"})");
  EXPECT_EQ(request->extras, R"("webhook":"http://x/\ufffd")");
}

TEST(JobRequest, what_is_no_job_is_refused_in_words_that_say_what_to_do) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "the body is empty; send {\"input\": ...}"},
      {"{", "the body is not valid JSON"},
      {"{\"input\":1} x", "the body is not valid JSON"},
      {"{\"input\":NaN}", "the body is not valid JSON"},
      {"{\"input\":\"\xff\"}", "the body is not valid JSON"},
      {"[]", "the body must be a JSON object with an \"input\""},
      {"\"input\"", "the body must be a JSON object with an \"input\""},
      {"{}",
       "\"input\" is missing or null; send {\"input\": ...}, or {\"input\": {}} if the job needs no input"},
      {"{\"input\":null}",
       "\"input\" is missing or null; send {\"input\": ...}, or {\"input\": {}} if the job needs no input"},
      {"{\"Input\":1}",
       "\"input\" is missing or null; send {\"input\": ...}, or {\"input\": {}} if the job needs no input"},
      {"{\"input\":1,\"webhook\":5}", "webhook must be a URL in a string"},
      {"{\"input\":1,\"webhook\":\"example.org/hook\"}",
       "webhook can never be reached: the URL is not of the form http://HOST/PATH or https://HOST/PATH; send "
       "one like https://example.com/hook, or leave it out"},
      {"{\"input\":1,\"webhook\":\"http://h/\\u000a\"}",
       "webhook can never be reached: the URL has a control character"},
      {"{\"input\":1,\"webhook\":\" \"}", "webhook can never be reached: the URL"},
      {"{\"input\":1,\"s3Config\":\"x\"}", "s3Config must be an object"},
      {"{\"input\":1,\"policy\":[]}", "policy must be an object"},
  };
  for (const auto& [body, message] : cases) {
    const auto request = parsed(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code, Errc::invalid);
    EXPECT_EQ(request.error().message.substr(0, std::string(message).size()), message) << body;
  }
  EXPECT_FALSE(parse_job_request(nullptr));
}

TEST(JobRequest, nesting_is_bounded_with_a_reason) {
  const auto request = parsed("{\"input\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().message, "the body is not valid JSON: nested more than 1000 levels deep");
}

TEST(JobRequest, policies_have_bounds) {
  const std::string execution =
      "policy.executionTimeout must be a whole number of milliseconds between 5001 and 604800000, or 0 for "
      "no limit";
  const std::string ttl = "policy.ttl must be a whole number of milliseconds between 10000 and 604800000";
  const std::string priority = "policy.priority must be a whole number between -10 and 10";
  const std::string delay = "policy.delay must be a whole number of milliseconds between 0 and 604800000";
  const std::string time =
      "policy.notBefore must be milliseconds since 1970, or a time like 2026-01-31T12:00:00Z";
  const std::string low = "policy.lowPriority must be true or false";
  const std::pair<const char*, std::string> cases[] = {
      {"null", "none"},
      {"{}", "none"},
      {"{\"executionTimeout\":null,\"ttl\":null,\"lowPriority\":null,\"unknown\":{}}", "none"},
      {"{\"executionTimeout\":5001}", "none"},
      {"{\"priority\":-10}", "none"},
      {"{\"priority\":10,\"delay\":0,\"notBefore\":0}", "none"},
      {"{\"priority\":11}", priority},
      {"{\"priority\":1e1}", "none"},
      {"{\"priority\":-10.0}", "none"},
      {"{\"priority\":1.5}", priority},
      {"{\"priority\":1e400}", priority},
      {"{\"priority\":\"1\"}", priority},
      {"{\"delay\":604800000}", "none"},
      {"{\"delay\":-1}", delay},
      {"{\"delay\":604800001}", delay},
      {"{\"notBefore\":\"2026-01-31T12:00:00Z\"}", "none"},
      {"{\"notBefore\":\"2026-01-31\",\"delay\":null}", "none"},
      {"{\"notBefore\":-1}", time},
      {"{\"notBefore\":\"tomorrow\"}", time},
      {"{\"notBefore\":[]}", time},
      {"{\"executionTimeout\":604800000}", "none"},
      {"{\"executionTimeout\":0}", "none"},
      {"{\"executionTimeout\":5000}", execution},
      {"{\"executionTimeout\":604800001}", execution},
      {"{\"executionTimeout\":-1}", execution},
      {"{\"executionTimeout\":6000.5}", execution},
      {"{\"executionTimeout\":6e3}", "none"},
      {"{\"executionTimeout\":-0.0}", "none"},
      {"{\"executionTimeout\":9007199254740993.0}", execution},
      {"{\"notBefore\":1.7e12}", "none"},
      {"{\"notBefore\":1700000000000.5}", time},
      {"{\"delay\":6e2}", "none"},
      {"{\"ttl\":600000.0}", "none"},
      {"{\"ttl\":6048000001e-1}", ttl},
      {"{\"executionTimeout\":\"6000\"}", execution},
      {"{\"executionTimeout\":1000000000000000000000000}", execution},
      {"{\"executionTimeout\":true}", execution},
      {"{\"ttl\":10000}", "none"},
      {"{\"ttl\":604800000}", "none"},
      {"{\"ttl\":9999}", ttl},
      {"{\"ttl\":0}", ttl},
      {"{\"ttl\":604800001}", ttl},
      {"{\"ttl\":[]}", ttl},
      {"{\"lowPriority\":true}", "none"},
      {"{\"lowPriority\":1}", low},
      {"{\"lowPriority\":\"true\"}", low},
  };
  for (const auto& [policy, message] : cases) EXPECT_EQ(policy_problem(policy), message) << policy;
}

TEST(JobRequest, a_policy_is_what_it_says) {
  const auto request =
      parsed("{\"input\":1,\"policy\":{\"executionTimeout\":6000,\"ttl\":2e4,\"lowPriority\":true}}");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->policy.execution_timeout, milliseconds{6000});
  EXPECT_EQ(request->policy.ttl, milliseconds{20'000});
  EXPECT_TRUE(request->policy.low_priority);
  const auto silent = parsed("{\"input\":1}");
  EXPECT_FALSE(silent->policy.execution_timeout || silent->policy.ttl || silent->policy.low_priority);
}

TEST(JobRequest, webhook_and_storage_are_kept_for_the_worker) {
  const auto request = parsed(
      "{\"webhook\":\"http://x/\\u00e9\",\"s3Config\":{\"accessSecret\":\"s\"},\"webhookV2\":\"http://"
      "y\",\"input\":1}");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->extras, "\"webhook\":\"http://x/\\u00e9\",\"s3Config\":{\"accessSecret\":\"s\"}");
  EXPECT_EQ(parsed("{\"webhook\":null,\"s3Config\":null,\"input\":1}")->extras, "");
}

TEST(JobRequest, of_a_name_that_is_given_twice_the_last_one_counts) {
  const auto request =
      parsed("{\"input\":1,\"policy\":{\"ttl\":1},\"input\":{\"b\":2},\"policy\":{\"ttl\":10000}}");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(*request->input, "{\"b\":2}");
  EXPECT_EQ(request->policy.ttl, milliseconds{10'000});
  EXPECT_EQ(*parsed("{\"input\":1,\"\\u0069nput\":2}")->input, "2") << "escapes in names are undone";
}

}  // namespace
}  // namespace pilotlight::api
