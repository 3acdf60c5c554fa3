#include "dev/job_input.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pilotlight::dev {
namespace {

std::string refused(const std::string& text) {
  const auto input = read_job_input(text);
  return input ? "" : input.error().message;
}

TEST(JobInput, is_json_or_the_name_of_a_file) {
  EXPECT_EQ(read_job_input(R"({"input": {"n": 1}})").value(), R"({"input": {"n": 1}})");
  const std::string path = "/tmp/pilotlight-input-" + std::to_string(::getpid()) + ".json";
  std::ofstream(path) << "\xef\xbb\xbf{\"input\": 1e999}\n";
  EXPECT_EQ(read_job_input(path).value(), "{\"input\": 1e999}\n");
  std::ofstream(path) << "{\"input\": ";
  EXPECT_NE(refused(path).find(path + " is not JSON"), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_NE(refused(path).find("no such file, and it is not JSON"), std::string::npos);
}

TEST(JobInput, shows_what_a_shell_has_done_to_it) {
  EXPECT_NE(refused("{input: {name: Ada}}").find("line 1, column 2:\n  {input: {name: Ada}}\n   ^"),
            std::string::npos)
      << refused("{input: {name: Ada}}");
  EXPECT_NE(refused(R"({"input": {"n": 1})").find("incomplete"), std::string::npos);
  EXPECT_NE(refused("{\"input\": 1}\n x").find("line 2, column 2"), std::string::npos);
  EXPECT_NE(refused("{'input': 1}").find("column 2"), std::string::npos);
}

TEST(JobInput, needs_an_input) {
  for (const char* text : {"{}", "[]", R"({"input": null})", R"("input")", R"({"name": "Ada"})"})
    EXPECT_NE(refused(text).find("must be an object with an \"input\""), std::string::npos) << text;
}

TEST(JobInput, output_is_taken_as_the_worker_sent_it) {
  EXPECT_EQ(output_of(R"({"id":"x","output":{"a" : 1.50, "b":[1e2]},"status":"COMPLETED"})"),
            R"({"a" : 1.50, "b":[1e2]})");
  EXPECT_EQ(output_of(R"({"output": "text" })"), R"("text")");
  EXPECT_EQ(output_of(R"({"status":"FAILED"})"), "");
  EXPECT_EQ(output_of("no json"), "");
  EXPECT_EQ(text_of(R"({"status":"FAILED"})", "status"), "FAILED");
}

}  // namespace
}  // namespace pilotlight::dev
