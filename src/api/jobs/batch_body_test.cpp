#include "api/jobs/batch_body.hpp"

#include <gtest/gtest.h>

#include "service/batches/batch.hpp"

namespace pilotlight::api {
namespace {

Result<std::vector<JobRequest>> parsed_batch(std::string text) {
  return parse_batch(make_body(std::move(text)));
}

std::string batch_problem(std::string text) {
  const auto result = parsed_batch(std::move(text));
  return result ? "none" : result.error().message;
}

TEST(BatchBody, an_array_or_an_object_with_one) {
  for (const char* text :
       {R"([{"input":1},{"input":{"a":[2]},"policy":{"ttl":20000}}])",
        R"({"requests":[{"input":1},{"input":{"a":[2]},"policy":{"ttl":20000}}],"x":1})"}) {
    const auto requests = parsed_batch(text);
    ASSERT_TRUE(requests) << requests.error().message;
    ASSERT_EQ(requests->size(), 2U);
    EXPECT_EQ(*requests->at(0).input, "1");
    EXPECT_EQ(*requests->at(1).input, R"({"a":[2]})");
    EXPECT_EQ(requests->at(1).policy.ttl, milliseconds{20'000});
  }
}

TEST(BatchBody, may_have_no_requests) {
  for (const char* text : {"", "[]", R"({"requests":[]})"}) {
    const auto requests = parsed_batch(text);
    EXPECT_TRUE(requests && requests->empty()) << text;
  }
  EXPECT_TRUE(parse_batch(nullptr));
}

TEST(BatchBody, says_which_request_is_wrong) {
  EXPECT_EQ(
      batch_problem(R"([{"input":1},{"input":null}])").find("requests[1]: \"input\" is missing or null"), 0U);
  EXPECT_EQ(batch_problem(R"([{"input":1},2])").find("requests[1]: the body must be a JSON object"), 0U);
  EXPECT_EQ(batch_problem(R"([{"input":1,"policy":{"ttl":1}}])").find("requests[0]: policy.ttl must be"), 0U);
}

TEST(BatchBody, must_be_well_formed) {
  for (const char* text :
       {"1", "null", "{}", "\"x\"", R"({"requests":1})", R"({"requests":null})", R"({"requests":{}})"})
    EXPECT_EQ(batch_problem(text).find("the body must be an array of requests"), 0U) << text;
  for (const char* text : {"[", "[1,]", R"([{"input":NaN}])", "[] []"})
    EXPECT_EQ(batch_problem(text).find("the body is not valid JSON: "), 0U) << text;
}

TEST(BatchBody, has_a_bound) {
  std::string text = "[";
  for (std::size_t i = 0; i < service::batch_requests_max; ++i) text += "{\"input\":1},";
  std::string within = text;
  within.back() = ']';
  EXPECT_EQ(batch_problem(within), "none");
  EXPECT_EQ(batch_problem(text + "{\"input\":1}]"), "a batch has at most 5000 requests");
}

}  // namespace
}  // namespace pilotlight::api
