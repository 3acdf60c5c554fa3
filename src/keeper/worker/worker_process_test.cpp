#include <gtest/gtest.h>

#include <sstream>

#include "keeper/testing/test_keeper.hpp"

namespace pilotlight::keeper {
namespace {

using namespace testing;

/// The pid that a worker's script wrote into a file.
pid_t pid_in(const std::string& path) {
  EXPECT_TRUE(eventually([&] { return read_text(path).ends_with('\n'); })) << path;
  return std::atoi(read_text(path).c_str());
}

TEST(Worker, runs_and_its_end_is_reported_with_its_last_lines) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("echo one; echo two >&2; exit 7"));
  ASSERT_EQ(server.wait_for<Started>().value().worker, w1);
  const Exited end = server.wait_for<Exited>().value();
  EXPECT_EQ(end.worker, w1);
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_EQ(end.signal, 0);
  EXPECT_EQ(end.detail, "one\ntwo");
  const std::string log = keeper.log(w1);
  EXPECT_TRUE(log.starts_with("# Log of worker w1, from line 1.")) << log;
  for (const char* row : {" 1 system process ", " 2 container one\n", " 3 container two\n",
                          " 4 system ended with exit code 7\n# End of the log\n"})
    EXPECT_NE(log.find(row), std::string::npos) << row << " in\n" << log;
}

TEST(Worker, output_is_read_while_it_runs_and_at_its_end) {
  TestKeeper keeper;
  const TestServer server = keeper.server().value();
  const TimeBase time = server.greet().time;
  server.send(Ready{});
  const TempFolder folder;
  StartRequest request =
      shell("echo the key is SECRET; echo two; touch " + folder.path + "/written; exec sleep 1000");
  request.secrets = {"SECRET"};
  server.start(w1, request);
  ASSERT_TRUE(server.wait_for<Started>());
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(folder.path + "/written"); }));
  server.send(ReadOutput{w1, timestamp_from_ms(5)});
  const Output running = server.wait_for<Output>().value();
  EXPECT_EQ(running.worker, w1);
  EXPECT_EQ(running.asked, timestamp_from_ms(5));
  ASSERT_EQ(running.lines.size(), 2U);
  EXPECT_EQ(running.lines[0].text, "the key is ***");
  EXPECT_GE(running.lines[0].at, timestamp_from_ms(time.base_ms));
  server.send(ReadOutput{w2, timestamp_from_ms(6)});
  const Output unknown = server.wait_for<Output>().value();
  EXPECT_EQ(unknown.asked, timestamp_from_ms(6));
  EXPECT_TRUE(unknown.lines.empty());
  server.send(Stop{w1, milliseconds{0}});
  const Output ended = server.wait_for<Output>().value();
  EXPECT_EQ(ended.asked, Timestamp{});
  EXPECT_EQ(ended.lines, running.lines);
  EXPECT_EQ(server.wait_for<Exited>().value().signal, SIGKILL);
}

TEST(Worker, server_of_an_older_version_is_sent_no_output) {
  TestKeeper keeper;
  TestServer server = keeper.server().value();
  server.version = 1;
  server.send(Hello{1});
  EXPECT_EQ(server.wait_for<Welcome>().value().version, 1U);
  server.send(Ready{});
  server.start(w1, shell("echo one; exit 7"));
  ASSERT_TRUE(server.wait_for<Started>());
  const ToServer end = server.next().value();
  ASSERT_TRUE(std::holds_alternative<Exited>(end)) << end.index();
  EXPECT_EQ(std::get<Exited>(end).detail, "one");
}

TEST(Worker, that_cannot_be_run_leaves_a_whole_log) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  StartRequest request;
  request.endpoint = *EndpointId::parse("e1");
  request.note = "a note";
  server.start(w1, request);
  ASSERT_TRUE(server.wait_for<Exited>());
  const std::string log = keeper.log(w1);
  EXPECT_TRUE(log.starts_with("# Log of worker w1 of endpoint e1, from line 1.")) << log;
  EXPECT_NE(log.find(" 1 system a note\n"), std::string::npos) << log;
  EXPECT_TRUE(log.ends_with(" 2 system there is no command to run\n# End of the log\n")) << log;
}

TEST(Worker, that_cannot_be_run_says_why) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  StartRequest missing;
  missing.command = {"/no/such/program", "x"};
  server.start(w1, missing);
  EXPECT_EQ(server.wait_for<Exited>().value().detail,
            "cannot run \"/no/such/program\": No such file or directory");
  StartRequest nowhere = shell("true");
  nowhere.folder = "/no/such/folder";
  server.start(w2, nowhere);
  const Exited end = server.wait_for<Exited>().value();
  EXPECT_EQ(end.exit_code, -1);
  EXPECT_EQ(end.detail, "cannot read the folder /no/such/folder: No such file or directory");
  server.start(worker_id("w3"), {});
  EXPECT_EQ(server.wait_for<Exited>().value().detail, "there is no command to run");
  server.send(Start{worker_id("w4")});
  EXPECT_NE(server.wait_for<Exited>().value().detail, "");
}

TEST(Worker, is_searched_in_the_path_that_it_was_given) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  TempFolder programs;
  write_text(programs.path + "/myprogram", "#!/bin/sh\necho found\n");
  std::filesystem::permissions(programs.path + "/myprogram", std::filesystem::perms::owner_all);
  StartRequest request;
  request.command = {"myprogram"};
  request.environment = {{"PATH", "/nowhere:" + programs.path}};
  server.start(w1, request);
  EXPECT_EQ(server.wait_for<Exited>().value().detail, "found");
}

TEST(Worker, sees_the_given_environment_and_the_basics_only) {
  ::setenv("SECRET_OF_THE_SERVER", "x", 1);
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  StartRequest request;
  request.command = {"/usr/bin/env"};
  request.environment = {{"A", "1"}, {"HOME", "/given"}, {"A", "2"}};
  server.start(w1, request);
  const std::string output = "\n" + server.wait_for<Exited>().value().detail + "\n";
  EXPECT_NE(output.find("\nA=2\n"), std::string::npos) << output;
  EXPECT_NE(output.find("\nHOME=/given\n"), std::string::npos) << output;
  EXPECT_NE(output.find("\nPATH="), std::string::npos) << output;
  EXPECT_NE(output.find("\nPILOTLIGHT_DATA="), std::string::npos) << output;
  EXPECT_EQ(output.find("SECRET_OF_THE_SERVER"), std::string::npos) << output;
}

TEST(Worker, inherits_no_descriptor) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w2, shell("exec sleep 100"));
  StartRequest request = shell("for f in /proc/$$/fd/*; do echo ${f##*/}; done; read line && echo had input");
  server.start(w1, request);
  // The shell reads the folder through a descriptor of its own.
  const std::string detail = server.wait_for<Exited>().value().detail;
  EXPECT_TRUE(detail == "0\n1\n2" || detail == "0\n1\n2\n3") << detail;
}

TEST(Worker, leaves_nothing_of_a_large_working_folder) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("mkdir a; i=0; while [ $i -lt 3000 ]; do : > a/$i; i=$((i+1)); done"));
  ASSERT_TRUE(server.wait_for<Exited>());
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(keeper.data() + "/work/w1"); }));
}

TEST(Worker, output_never_shows_a_secret_also_when_split_across_reads) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  StartRequest request = shell("printf 'key=abcd'; sleep 0.2; printf 'efgh!\\n'; sleep 0.2; printf abcd");
  request.secrets = {"abcdefgh"};
  server.start(w1, request);
  EXPECT_EQ(server.wait_for<Exited>().value().detail, "key=***!\nabcd");
  EXPECT_EQ(keeper.log(w1).find("abcdefgh"), std::string::npos) << keeper.log(w1);
}

TEST(Worker, stops_on_sigterm) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
  ASSERT_TRUE(eventually([&] { return keeper.log(w1).find("up\n") != std::string::npos; }));
  server.send(Stop{w1, milliseconds{60'000}});
  const Exited end = server.wait_for<Exited>().value();
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_TRUE(end.detail.starts_with("up\n") && end.detail.ends_with("\nbye")) << end.detail;
}

TEST(Worker, that_ignores_sigterm_is_killed_after_the_grace) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("trap '' TERM; echo up; while :; do sleep 0.05; done"));
  ASSERT_TRUE(eventually([&] { return keeper.log(w1).find("up\n") != std::string::npos; }));
  const auto before = std::chrono::steady_clock::now();
  server.send(Stop{w1, milliseconds{60'000}});
  server.send(Stop{w1, milliseconds{300}});
  const Exited end = server.wait_for<Exited>().value();
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_EQ(end.exit_code, -1);
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds{300});
}

TEST(Worker, stop_without_grace_kills_at_once) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("trap '' TERM; while :; do sleep 0.05; done"));
  server.send(Stop{w1, milliseconds{0}});
  EXPECT_EQ(server.wait_for<Exited>().value().signal, SIGKILL);
}

TEST(Worker, floods_do_not_grow_the_log_nor_starve_others) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("exec yes this is a line that never ends"));
  server.start(w2, shell("sleep 0.5; echo calm"));
  EXPECT_EQ(server.wait_for<Exited>().value().detail, "calm");
  for (const char* file : {"/workers/w1.log", "/workers/w1.log.1"}) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(keeper.data() + file, missing);
    EXPECT_TRUE(missing || size <= 1024 * 1024) << size;
  }
  server.send(Stop{w1, milliseconds{0}});
  EXPECT_EQ(server.wait_for<Exited>().value().worker, w1);
}

TEST(Worker, floods_of_short_lines_do_not_grow_the_log_faster) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("exec yes ''"));
  server.start(w2, shell("sleep 0.5; echo calm"));
  EXPECT_EQ(server.wait_for<Exited>().value().detail, "calm");
  server.send(Stop{w1, milliseconds{0}});
  EXPECT_EQ(server.wait_for<Exited>().value().worker, w1);
  const std::string log = keeper.log(w1);
  std::size_t newest = log.rfind(" container ");
  ASSERT_NE(newest, log.npos);
  newest = log.rfind(' ', newest - 1);
  EXPECT_LT(std::atol(log.c_str() + newest), 2'000'000)
      << "five million a second, were it for their bytes alone";
}

TEST(Worker, runs_as_another_user_in_a_folder_of_its_own) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  TempFolder shared;  // as a data folder in somebody's home would be
  std::filesystem::permissions(shared.path, std::filesystem::perms(0755));
  TestKeeper keeper({.user = "nobody", .data = shared.path + "/data"});
  const TestServer server = keeper.ready_server();
  StartRequest request = shell("id -un; id -Gn; echo $HOME $USER; touch mine; ls \"$PWD\"; ls .. ../../id");
  server.start(w1, request);
  const std::string detail = server.wait_for<Exited>().value().detail;
  EXPECT_TRUE(detail.starts_with("nobody\nnogroup\n/nonexistent nobody\nmine\n")) << detail;
  EXPECT_NE(detail.find("ermission denied"), std::string::npos) << detail;
}

/// The children of a process, by its thread of the same number.
std::vector<pid_t> children(pid_t pid) {
  const std::string number = std::to_string(pid);
  std::istringstream text(read_text("/proc/" + number + "/task/" + number + "/children"));
  return {std::istream_iterator<pid_t>(text), {}};
}

/// A worker that is prepared and not started, in a keeper with one server.
struct Gated {
  TestKeeper keeper;
  TestServer server = keeper.ready_server();
  TempFolder notes;
  Fd gate;
  pid_t process = 0;

  explicit Gated(const std::string& then = "exec sleep 1000")
      : gate(server.prepare(w1, shell("echo $$ > " + notes.path + "/ran; " + then))) {
    EXPECT_TRUE(eventually([&] { return children(keeper.pid()).size() == 2; }));
    for (const pid_t child : children(keeper.pid()))
      if (child != server.pid) process = child;
  }
  bool ran() const { return std::filesystem::exists(notes.path + "/ran"); }
};

TEST(PreparedWorker, is_a_process_that_runs_its_program_when_the_gate_opens) {
  Gated gated;
  EXPECT_FALSE(gated.ran());
  open_gate(gated.gate);
  EXPECT_EQ(pid_in(gated.notes.path + "/ran"), gated.process);
  gated.server.send(Start{w1});
  EXPECT_EQ(gated.server.wait_for<Started>().value().worker, w1);
}

TEST(PreparedWorker, ends_with_its_server_and_leaves_nothing) {
  Gated gated;
  const Fd outlives_the_server = std::move(gated.gate);
  ::kill(gated.server.pid, SIGKILL);
  EXPECT_TRUE(eventually([&] { return !alive(gated.process); }));
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(gated.keeper.data() + "/work/w1"); }));
  EXPECT_FALSE(gated.ran());
}

TEST(PreparedWorker, runs_on_when_its_server_opens_the_gate_and_dies_at_once) {
  Gated gated;
  open_gate(gated.gate);
  ::kill(gated.server.pid, SIGKILL);
  const TestServer next = gated.keeper.ready_server();
  next.send(List{});
  EXPECT_EQ(next.wait_for<Listed>().value().workers, std::vector<WorkerId>{w1});
  EXPECT_EQ(pid_in(gated.notes.path + "/ran"), gated.process);
  EXPECT_TRUE(alive(gated.process));
}

TEST(PreparedWorker, that_is_prepared_again_is_made_again) {
  Gated gated;
  const Fd second = gated.server.prepare(w1, shell("exit 5"));
  EXPECT_TRUE(eventually([&] { return !alive(gated.process); }));
  open_gate(second);
  gated.server.send(Start{w1});
  EXPECT_EQ(gated.server.wait_for<Exited>().value().exit_code, 5);
  EXPECT_FALSE(gated.ran());
}

TEST(PreparedWorker, that_was_killed_by_somebody_ends_when_it_is_started) {
  Gated gated;
  ::kill(gated.process, SIGKILL);
  EXPECT_TRUE(eventually([&] { return ::kill(gated.process, 0) != 0; }));
  open_gate(gated.gate);
  gated.server.send(Start{w1});
  const Exited end = gated.server.wait_for<Exited>().value();
  EXPECT_EQ(end.exit_code, -1);
  EXPECT_EQ(end.detail, "its process was killed as it began");
  EXPECT_FALSE(gated.ran());
}

TEST(PreparedWorker, may_end_between_the_opening_of_its_gate_and_the_word_of_it) {
  Gated gated("echo last words; exit 7");
  open_gate(gated.gate);
  EXPECT_TRUE(eventually([&] { return ::kill(gated.process, 0) != 0; }));
  gated.server.send(Start{w1});
  const Exited end = gated.server.wait_for<Exited>().value();
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_EQ(end.detail, "last words");
}

TEST(PreparedWorker, dies_with_its_keeper) {
  Gated gated;
  gated.keeper.signal(SIGKILL);
  gated.keeper.wait();
  EXPECT_TRUE(eventually([&] { return !alive(gated.process); }));
  open_gate(gated.gate);
  EXPECT_FALSE(gated.ran());
}

/// What kills a worker's helpers when its main process ends, with each means of finding them.
class Orphans : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(ByMeans, Orphans, ::testing::Values("v2", "v1", "off"));

TEST_P(Orphans, are_killed_before_the_end_is_reported) {
  TestKeeper keeper({.cgroups = GetParam()});
  const TestServer server = keeper.ready_server();
  TempFolder notes;
  // One in the worker's group, one in a session of its own, one behind a parent that is gone.
  server.start(w1, shell("cd " + notes.path +
                         "; sh -c 'echo $$ > group; exec sleep 1000' & "
                         "setsid sh -c 'echo $$ > session; exec sleep 1000' & "
                         "(setsid sh -c 'echo $$ > behind; exec sleep 1000' &) & "
                         "while [ ! -s group ] || [ ! -s session ] || [ ! -s behind ]; do sleep 0.01; done; "
                         "exit 5"));
  EXPECT_EQ(server.wait_for<Exited>().value().exit_code, 5);
  for (const char* name : {"/group", "/session", "/behind"})
    EXPECT_FALSE(alive(pid_in(notes.path + name))) << name;
}

TEST_P(Orphans, of_a_killed_keeper_are_killed_by_the_next_one) {
  TempFolder notes;
  TempFolder data;
  std::filesystem::permissions(data.path, std::filesystem::perms::owner_all);
  const auto escapes = [&](const std::string& name) {
    return shell("cd " + notes.path + "; setsid sh -c 'echo $$ > " + name +
                 "; exec sleep 1000' & exec sleep 1000");
  };
  TestKeeper other({.cgroups = GetParam()});
  const TestServer other_server = other.ready_server();
  other_server.start(w1, escapes("other"));
  pid_t ours = 0;
  {
    TestKeeper keeper({.cgroups = GetParam(), .data = data.path});
    const TestServer server = keeper.ready_server();
    server.start(w1, escapes("ours"));
    ours = pid_in(notes.path + "/ours");
    keeper.signal(SIGKILL);
    keeper.wait();
  }
  const pid_t others = pid_in(notes.path + "/other");
  TestKeeper next({.cgroups = GetParam(), .data = data.path});
  ASSERT_TRUE(next.server());
  EXPECT_TRUE(eventually([&] { return !alive(ours); }));
  EXPECT_TRUE(alive(others));
  ::kill(others, SIGKILL);  // its keeper, killed at the end of the test, would leave it
}

}  // namespace
}  // namespace pilotlight::keeper
