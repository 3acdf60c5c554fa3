// Why jobs come back or end without a result.
#include "core/explanations.hpp"

#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

TEST(Cause, is_found_in_what_every_package_logs) {
  const JobId job = JobId::make(7, false, 1);
  const std::string id = job.text(), other = JobId::make(8, false, 1).text();
  const auto cause = [&job](const std::string& line) {
    return cause_of(std::vector<OutputLine>{{{}, line}}, job);
  };
  const std::string set = "Object of type set is not JSON serializable";
  EXPECT_EQ(cause("ERROR  | Error while returning job result " + id + ": " + set), set) << "0.9.12 to 1.2.6";
  EXPECT_EQ(cause("ERROR  | " + id + " | Failed to return job results. | 400, x"), "400, x") << "1.2.6";
  EXPECT_EQ(cause("ERROR  | " + id + " | Error while returning job result. | " + set), set);
  EXPECT_EQ(cause(R"({"requestId": ")" + id + R"(", "message": "Error while returning job result. | )" + set +
                  R"(", "level": "ERROR"})"),
            set);
  EXPECT_EQ(cause(R"({"requestId": ")" + id +
                  R"(", "message": "Error handling job: a \"b\" \\ c\nd\u00e9", "level": "ERROR"})"),
            R"(a "b" \ c d\u00e9)");
  EXPECT_EQ(cause(R"({"requestId": ")" + id + R"(", "message": "Error handling job: cut off\)"), "cut off\\");
  EXPECT_EQ(cause("ERROR  | " + other + " | Error while returning job result. | " + set), "") << "of another";
  EXPECT_EQ(cause("INFO   | " + id + " | Finished."), "");
  EXPECT_EQ(cause(id + " | Error while returning job result. | "), "");
  EXPECT_EQ(cause(""), "");
  const std::vector<OutputLine> two{{{}, id + " Error handling job: first"},
                                    {{}, id + " Error handling job: second"}};
  EXPECT_EQ(cause_of(two, job), "second") << "the newest";
}

/// A worker of the runtime that has taken a job.
struct Explanations : testing::Test {
  Explanations() {
    endpoint = plane.make_endpoint();
    job = plane.submit(endpoint);
    worker = plane.started().at(0);
    plane.poll(worker);
    plane.pass(milliseconds{50});
  }

  OutputLine line(std::string text) { return {plane.now(), std::move(text)}; }
  OutputLine set_line() {
    return line(job.text() + " | Error while returning job result. | Object of type set");
  }
  const JobStep& last_step() {
    for (auto record = plane.records.rbegin(); record != plane.records.rend(); ++record)
      if (const auto* saved = std::get_if<record::JobSaved>(&*record); saved && !saved->value.past.empty())
        return saved->value.past.back();
    return none;
  }
  /// Polls that deny the job until it is over without a result.
  Timestamp deny() {
    plane.poll(worker);
    plane.pass(milliseconds{50});
    plane.poll(worker);
    return plane.now();
  }
  void answer(std::vector<OutputLine> lines, Timestamp asked) {
    plane.apply(command::WorkerOutput{worker, asked, std::move(lines)});
  }

  const JobStep none;
  Plane plane;
  EndpointId endpoint;
  JobId job;
  WorkerId worker;
};

TEST_F(Explanations, crash_is_kept_with_the_lines_since_the_delivery) {
  const OutputLine before{plane.now() - milliseconds{51}, "of another job"};
  const OutputLine first{plane.now() - milliseconds{50}, "Started."};
  plane.apply(command::WorkerExited{worker, 3, 0, "detail", {before, first, line("killed by hand")}});
  EXPECT_EQ(last_step().kind, JobStepKind::lost);
  EXPECT_EQ(last_step().crash, (Crash{3, 0, "Started.\nkilled by hand"}));
  plane.pass(milliseconds{10'000});
  worker = plane.started().back();
  ASSERT_EQ(plane.taken(plane.poll(worker)), std::vector{job});
  plane.pass(milliseconds{50});
  plane.restart({worker});
  plane.apply(command::WorkerExited{worker, 0, 9, "", {before, {plane.now() - milliseconds{40}, "last"}}});
  const FinalJob ended = plane.ended(job).value();
  EXPECT_EQ(ended.reason, EndReason::lost);
  EXPECT_EQ(ended.crash, (Crash{-1, 9, "last"})) << "from before the restart, too";
  EXPECT_EQ(steps_of(ended).back().crash, ended.crash);
}

TEST_F(Explanations, crash_output_is_bounded) {
  plane.apply(
      command::WorkerExited{worker, 3, 0, "", {line(std::string(1'500, 'a')), line(std::string(600, 'b'))}});
  EXPECT_EQ(last_step().crash->output, std::string(600, 'b')) << "whole lines";
}

TEST_F(Explanations, stopped_worker_is_no_crash) {
  EndpointPatch patch;
  patch.workers_max = 0;
  command::SaveEndpoint save;
  save.id = endpoint;
  save.patch = patch;
  plane.ask<answer::EndpointSaved>(save);
  plane.apply(command::Drain{});
  plane.apply(command::WorkerExited{worker, 0, 9, "", {line("stopped")}});
  EXPECT_EQ(last_step().kind, JobStepKind::lost);
  EXPECT_FALSE(last_step().crash);
}

TEST_F(Explanations, missing_result_is_explained_by_the_workers_output) {
  const Timestamp asked = deny();
  ASSERT_EQ(plane.all<effect::ReadOutput>().size(), 1U)
      << "not for an answer that may have been lost on the way";
  EXPECT_EQ(plane.all<effect::ReadOutput>()[0].asked, asked);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0) << "it waits for the answer";
  answer({set_line(), line("Finished.")}, asked);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
  EXPECT_EQ(last_step().error, "Object of type set");
  plane.pass(milliseconds{50});
  const Timestamp again = (plane.poll(worker), plane.now());
  answer({set_line()}, asked);
  EXPECT_FALSE(plane.ended(job)) << "an answer to an earlier question";
  answer({set_line()}, again);
  EXPECT_EQ(plane.ended(job)->reason, EndReason::no_result);
  EXPECT_EQ(plane.ended(job)->cause, "Object of type set");
}

TEST_F(Explanations, output_that_does_not_come_is_waited_for_a_second) {
  deny();
  plane.pass(Limits{}.output_wait - milliseconds{1});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
  EXPECT_EQ(last_step().error, "");
}

TEST_F(Explanations, what_happens_during_the_wait_changes_nothing) {
  const Timestamp asked = deny();
  plane.ping(worker, {job});
  plane.apply(command::Undelivered{worker, ticket_none, {job}});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  plane.apply(command::WorkerExited{worker, 1, 0, "", {set_line()}});
  EXPECT_EQ(last_step().kind, JobStepKind::no_result) << "it was over before its worker ended";
  EXPECT_EQ(last_step().error, "Object of type set");
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
  answer({set_line()}, asked);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1) << "of a worker that is gone";
}

TEST_F(Explanations, cancelling_during_the_wait_leaves_the_worker_alone) {
  plane.poll(worker, false, 1, {1, 9, 1});
  plane.pass(milliseconds{50});
  plane.poll(worker, false, 1, {1, 9, 1});
  ASSERT_EQ(plane.all<effect::ReadOutput>().size(), 1U);
  plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, job});
  EXPECT_FALSE(plane.was_stopped(worker)) << "it does not hold the job";
}

TEST_F(Explanations, restart_during_the_wait_loses_nothing) {
  deny();
  plane.restart({worker});
  plane.pass(milliseconds{10});
  const Timestamp asked = (plane.poll(worker), plane.now());
  answer({}, asked);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
}

}  // namespace
}  // namespace pilotlight::core
