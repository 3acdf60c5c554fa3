#include "api/worker/result_body.hpp"

#include <gtest/gtest.h>

#include "domain/jobs/job.hpp"

namespace pilotlight::api {
namespace {

struct Case {
  const char* body;
  bool failed;
  bool stop;
  const char* text;
};

TEST(ResultBody, reads_every_shape_that_workers_send) {
  const Case cases[] = {
      {R"({"output":"héllo"})", false, false, R"("output":"héllo")"},
      {R"({"output":[1,2]})", false, false, R"("output":[1,2])"},
      {R"({"output":null})", false, false, R"("output":null)"},
      {R"({})", false, false, ""},
      {R"({"output":{"detail":1},"error":"custom failure"})", true, false,
       R"("error":"custom failure","output":{"detail":1})"},
      {R"({"error":{"code":1}})", true, false, R"("error":"{\"code\":1}")"},
      {R"({"error":["a"]})", true, false, R"("error":"[\"a\"]")"},
      {R"({"error":"","output":1})", false, false, R"("output":1)"},
      {R"({"error":null,"output":1})", false, false, R"("output":1)"},
      {R"({"output":{"x":1},"stopPod":true})", false, true, R"("output":{"x":1})"},
      {R"({"stopPod":true})", false, true, ""},
      {R"({"error":"e","stopPod":true})", true, true, R"("error":"e")"},
      {R"({"output":NaN})", false, false, R"("output":null)"},
      {R"({"output":1208925819614629174706176})", false, false, R"("output":1208925819614629174706176)"},
      {R"("plain")", false, false, R"("output":"plain")"},
      {R"([1])", false, false, R"("output":[1])"},
      {R"({"answer":42})", false, false, R"("output":{"answer":42})"},
  };
  for (const Case& one : cases) {
    const ResultBody result = parse_result(make_body(one.body));
    EXPECT_EQ(result.failed, one.failed) << one.body;
    EXPECT_EQ(result.stop_worker, one.stop) << one.body;
    EXPECT_EQ(result.text, one.text) << one.body;
    EXPECT_FALSE(result.progress) << one.body;
  }
}

TEST(ResultBody, tells_the_beginning_of_an_error_as_text) {
  const auto error = [](const std::string& body) { return parse_result(make_body(body)).error; };
  EXPECT_EQ(error(R"({"output":1})"), "");
  EXPECT_EQ(error(R"({"error":"no \"weights\"\n"})"), "no \"weights\"\n");
  EXPECT_EQ(error(R"({"error":{"code":1}})"), R"({"code":1})");
  EXPECT_TRUE(error("oops").starts_with("the worker's result is not valid JSON"));
  const std::string most(attempt_error_bytes_max - 1, 'x');
  EXPECT_EQ(error("{\"error\":\"" + most + "yz\"}"), most + "y");
  EXPECT_EQ(error("{\"error\":\"" + most + "\u00e9\"}"), most) << "no half character";
}

TEST(ResultBody, tells_progress_from_the_end) {
  const ResultBody result = parse_result(make_body(R"({"status": "IN_PROGRESS", "output": "0/3"})"));
  EXPECT_TRUE(result.progress);
  EXPECT_EQ(result.text, "\"0/3\"");
}

TEST(ResultBody, what_is_not_json_fails_the_job_with_a_reason) {
  for (const char* body : {"", "oops", "{\"output\":", "{\"output\":1} x"}) {
    const ResultBody result = parse_result(make_body(body));
    EXPECT_TRUE(result.failed) << body;
    EXPECT_NE(result.text.find("\"error\":\"the worker"), std::string::npos) << body;
  }
}

}  // namespace
}  // namespace pilotlight::api
