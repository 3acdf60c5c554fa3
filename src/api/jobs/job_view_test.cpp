#include "api/jobs/job_view.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace pilotlight::api {
namespace {

namespace json = boost::json;

const JobId job = JobId::make(12345, false, 7);
const WorkerId worker = WorkerId::parse("abcdefghij0123").value();

std::string text(const net::Response& response) {
  return response.head + (response.payload ? *response.payload : std::string()) + response.tail;
}

json::object shown(const net::Response& response) {
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  return json::parse(text(response)).as_object();
}

answer::JobLive live(JobState state) {
  answer::JobLive view;
  view.id = job;
  view.state = state;
  return view;
}

FinalJob ended(JobState state, EndReason reason) {
  FinalJob view;
  view.id = job;
  view.state = state;
  view.reason = reason;
  view.submitted = timestamp_from_ms(1'000);
  view.finished = timestamp_from_ms(5'000);
  return view;
}

FinalJob ended_by_worker(JobState state, EndReason reason) {
  FinalJob view = ended(state, reason);
  view.leased = timestamp_from_ms(3'000);
  view.delay = milliseconds{2'000};
  view.worker = worker;
  return view;
}

TEST(JobView, a_queued_job_has_neither_times_nor_worker) {
  const json::object view = shown(live_view(live(JobState::in_queue), nullptr));
  EXPECT_EQ(json::serialize(view),
            "{\"id\":\"" + job.text() +
                "\",\"status\":\"IN_QUEUE\",\"pilotlight\":{\"expectedStart\":null,\"waiting\":null}}");
}

TEST(JobView, a_queued_job_says_why_it_waits) {
  answer::JobLive view = live(JobState::in_queue);
  view.waiting.reason = WaitReason::crash_loop;
  view.waiting.text = "it \"broke\"";
  view.waiting.until = timestamp_from_ms(0);
  view.waiting.exit_code = 3;
  view.waiting.detail = "line\n\x01";
  EXPECT_EQ(
      json::serialize(shown(live_view(view, nullptr)).at("pilotlight")),
      R"({"expectedStart":null,"waiting":{"reason":"crash_loop","text":"it \"broke\"","until":"1970-01-01T00:00:00.000Z",)"
      R"("exitCode":3,"detail":"line\n\u0001"}})");
}

TEST(JobView, a_running_job_has_delay_worker_progress_and_retries) {
  answer::JobLive view = live(JobState::in_progress);
  view.delay = milliseconds{61'372};
  view.worker = worker;
  EXPECT_EQ(json::serialize(shown(live_view(view, nullptr))),
            "{\"delayTime\":61372,\"id\":\"" + job.text() +
                "\",\"status\":\"IN_PROGRESS\",\"workerId\":\"abcdefghij0123\"}");
  view.retries = 1;
  const json::object with_progress = shown(live_view(view, make_body("{\"step\":1}")));
  EXPECT_EQ(with_progress.at("retries"), 1);
  EXPECT_EQ(json::serialize(with_progress.at("output")), "{\"step\":1}");
}

TEST(JobView, a_job_that_came_back_to_the_queue_keeps_what_it_had) {
  answer::JobLive view = live(JobState::in_queue);
  view.delay = milliseconds{10};
  view.worker = worker;
  view.retries = 1;
  const json::object shown_view = shown(live_view(view, nullptr));
  EXPECT_EQ(shown_view.at("status"), "IN_QUEUE");
  EXPECT_EQ(shown_view.at("retries"), 1);
}

TEST(JobView, a_completed_job_shows_its_workers_words_unchanged) {
  const FinalJob view = ended_by_worker(JobState::completed, EndReason::answered);
  EXPECT_EQ(text(final_view(view, make_body("\"output\":{\"a\": 1.50}"))),
            "{\"delayTime\":2000,\"executionTime\":2000,\"id\":\"" + job.text() +
                "\",\"status\":\"COMPLETED\",\"workerId\":\"abcdefghij0123\",\"output\":{\"a\": 1.50}}");
  for (const Body& nothing : {Body(), make_body("")})
    EXPECT_FALSE(shown(final_view(view, nothing)).contains("output"));
}

TEST(JobView, crash_of_its_worker_stands_beside_the_error) {
  FinalJob view = ended_by_worker(JobState::failed, EndReason::lost);
  view.crash = Crash{3, 0, "last\n\"line\""};
  const json::object code = shown(final_view(view, nullptr));
  EXPECT_EQ(code.at("error"), "job timed out after 0 retries");
  EXPECT_EQ(json::serialize(code.at("pilotlight")), R"({"crash":{"exitCode":3,"output":"last\n\"line\""}})");
  view.crash = Crash{-1, 9, ""};
  EXPECT_EQ(json::serialize(shown(final_view(view, nullptr)).at("pilotlight")),
            R"({"crash":{"signal":9,"output":""}})");
  EXPECT_EQ(json::serialize(json::parse(events_view(view)).at("events").as_array().back().at("crash")),
            R"({"signal":9,"output":""})");
}

TEST(JobView, cause_of_a_missing_result_is_part_of_the_error) {
  FinalJob view = ended_by_worker(JobState::failed, EndReason::no_result);
  EXPECT_EQ(end_text(view), "worker finished without reporting a result");
  view.cause = "Object of type set is not JSON serializable";
  EXPECT_EQ(end_text(view),
            "worker finished without reporting a result: Object of type set is not JSON serializable");
}

TEST(JobView, clients_with_strict_types_can_read_every_end) {
  struct Case {
    JobState state;
    EndReason reason;
    const char* error;
  };
  const Case cases[] = {
      {JobState::completed, EndReason::answered, nullptr},
      {JobState::failed, EndReason::answered, nullptr},
      {JobState::cancelled, EndReason::cancelled, nullptr},
      {JobState::failed, EndReason::execution_timeout, "executionTimeout exceeded"},
      {JobState::failed, EndReason::lost, "job timed out after 1 retries"},
      {JobState::failed, EndReason::no_result, "worker finished without reporting a result"},
      {JobState::timed_out, EndReason::ttl, "the job's ttl ended before it was finished"},
  };
  for (const Case& one : cases) {
    FinalJob view = ended_by_worker(one.state, one.reason);
    view.retries = 1;
    const json::object shown_view = shown(final_view(view, nullptr));
    EXPECT_EQ(shown_view.at("status").as_string(), wire_name(one.state));
    EXPECT_TRUE(shown_view.at("delayTime").is_int64() && shown_view.at("executionTime").is_int64());
    EXPECT_TRUE(shown_view.at("retries").is_int64());
    if (one.error == nullptr) {
      EXPECT_FALSE(shown_view.contains("error"));
    } else {
      EXPECT_EQ(shown_view.at("error").as_string(), one.error);
    }
  }
}

TEST(JobView, a_job_that_no_worker_had_ends_without_times) {
  for (const auto& [state, reason] : {std::pair{JobState::cancelled, EndReason::cancelled},
                                      std::pair{JobState::timed_out, EndReason::ttl}}) {
    const json::object view = shown(final_view(ended(state, reason), nullptr));
    for (const char* absent : {"delayTime", "executionTime", "workerId", "retries", "output"})
      EXPECT_FALSE(view.contains(absent)) << absent;
  }
}

TEST(ListedView, of_a_live_job) {
  Job stored;
  stored.id = JobId::make(RowNumber{7'000} << row_sequence_bits, false, 7);
  EXPECT_EQ(listed_view(stored, ""),
            "{\"createdAt\":7000,\"id\":\"" + stored.id.text() + "\",\"status\":\"IN_QUEUE\"}");
  stored.state = JobState::in_progress;
  stored.submitted = timestamp_from_ms(7'000);
  stored.queued = timestamp_from_ms(8'000);
  stored.leased = timestamp_from_ms(9'500);
  stored.worker = worker;
  stored.retries = 1;
  EXPECT_EQ(listed_view(stored, ""),
            "{\"createdAt\":7000,\"delayTime\":1500,\"startedAt\":9500,\"id\":\"" + stored.id.text() +
                "\",\"retries\":1,\"status\":\"IN_PROGRESS\",\"workerId\":\"" + worker.text() + "\"}");
}

TEST(ListedView, of_a_job_that_ended) {
  const FinalJob job = ended_by_worker(JobState::failed, EndReason::answered);
  const json::object view = json::parse(listed_view(job, "a \"bad\" thing")).as_object();
  EXPECT_EQ(view.at("completedAt"), 5'000);
  EXPECT_EQ(view.at("startedAt"), 3'000);
  EXPECT_EQ(view.at("executionTime"), 2'000);
  EXPECT_EQ(view.at("delayTime"), 2'000);
  EXPECT_EQ(view.at("error"), "a \"bad\" thing");
  EXPECT_FALSE(json::parse(listed_view(ended(JobState::cancelled, EndReason::cancelled), ""))
                   .as_object()
                   .contains("startedAt"));
}

}  // namespace
}  // namespace pilotlight::api
