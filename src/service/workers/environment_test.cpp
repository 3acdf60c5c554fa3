#include "service/workers/environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pilotlight::service {
namespace {

std::string value_of(const Environment& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == name; });
  return found == all.end() ? "absent" : found->second;
}

TEST(Environment, the_urls_have_the_form_that_every_sdk_needs) {
  const WorkerTokens tokens("secret");
  const WorkerId worker = WorkerId::parse("abcdefghij0123").value();
  const Environment all = platform_environment("https://jobs.example.org", tokens, worker,
                                               EndpointId::parse("i02xupws21hp6i").value());
  const std::string base = "https://jobs.example.org/v2/i02xupws21hp6i/";
  const std::string query = "?token=" + tokens.token(worker);
  // The SDK appends &name=value to all but the last, and makes job-take-batch and job-stop from job-take.
  EXPECT_EQ(value_of(all, "RUNPOD_WEBHOOK_GET_JOB"), base + "job-take/abcdefghij0123" + query);
  EXPECT_EQ(value_of(all, "RUNPOD_WEBHOOK_POST_OUTPUT"), base + "job-done/abcdefghij0123/$ID" + query);
  EXPECT_EQ(value_of(all, "RUNPOD_WEBHOOK_POST_STREAM"), base + "job-stream/abcdefghij0123/$ID" + query);
  EXPECT_EQ(value_of(all, "RUNPOD_WEBHOOK_PING"), base + "ping/abcdefghij0123" + query);
  EXPECT_EQ(value_of(all, "RUNPOD_POD_ID"), "abcdefghij0123");
  EXPECT_EQ(value_of(all, "RUNPOD_ENDPOINT_ID"), "i02xupws21hp6i");
  EXPECT_EQ(value_of(all, "RUNPOD_AI_API_KEY"), tokens.token(worker));
  EXPECT_EQ(value_of(all, "RUNPOD_PING_INTERVAL"), "10000");
}

TEST(Environment, later_lists_win_and_names_keep_their_first_place) {
  const Environment all = merged({{{"A", "1"}, {"B", "1"}}, {{"C", "2"}, {"A", "2"}}, {}, {{"B", ""}}});
  EXPECT_EQ(all, (Environment{{"A", "2"}, {"B", ""}, {"C", "2"}}));
}

TEST(Environment, a_template_may_set_what_workers_are_told_by_default) {
  const Environment all = merged({default_environment(), {{"RUNPOD_SKIP_GPU_CHECK", "false"}}});
  EXPECT_EQ(value_of(all, "RUNPOD_SKIP_GPU_CHECK"), "false");
  EXPECT_EQ(value_of(all, "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS"), "true");
}

TEST(Environment, tells_how_long_a_start_may_take) {
  EXPECT_EQ(*init_timeout_in({{"A", "1"}}), std::nullopt);
  EXPECT_EQ(*init_timeout_in({{"RUNPOD_INIT_TIMEOUT", "800"}}), seconds{800});
  EXPECT_EQ(*init_timeout_in({{"RUNPOD_INIT_TIMEOUT", "1"}, {"RUNPOD_INIT_TIMEOUT", "86400"}}),
            seconds{86'400});
  for (const char* bad : {"", "0", "-5", "86401", "800s", " 800", "8e2", "99999999999999999999"})
    EXPECT_FALSE(init_timeout_in({{"RUNPOD_INIT_TIMEOUT", bad}})) << bad;
}

TEST(Environment, is_read_leniently_from_what_is_stored) {
  EXPECT_EQ(environment_from_json(make_body(R"([{"key":"A","value":"1=\"x\""},{"key":"B","value":""}])")),
            (Environment{{"A", "1=\"x\""}, {"B", ""}}));
  EXPECT_EQ(environment_from_json(
                make_body(R"([null,5,{"key":"A"},{"key":1,"value":"x"},{"key":"B","value":"y"}])")),
            (Environment{{"B", "y"}}));
  for (const char* nothing : {"", "{}", "null", "[", "[]"})
    EXPECT_TRUE(environment_from_json(make_body(nothing)).empty()) << nothing;
  EXPECT_TRUE(environment_from_json(nullptr).empty());
}

}  // namespace
}  // namespace pilotlight::service
