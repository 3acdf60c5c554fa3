// A server that is run again from its program's file, which may be another by then.
#include <gtest/gtest.h>
#include <sys/file.h>

#include <future>

#include "keeper/host/keeper.hpp"
#include "keeper/host/restart_request.hpp"
#include "keeper/testing/test_keeper.hpp"

namespace pilotlight::keeper {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// A keeper whose program is a file of the test's own.
struct RestartTest : ::testing::Test {
  RestartTest() { fs::copy_file(KEEPER_HELPER, program); }

  /// Puts another file in the program's place, as a package does.
  void replace_program(const std::string& with) {
    fs::copy_file(with, program + ".new");
    fs::rename(program + ".new", program);
  }
  std::future<Result<std::string>> request(milliseconds limit = patience) {
    return std::async(std::launch::async, [this, limit] { return request_restart(keeper().data(), limit); });
  }
  TestKeeper& keeper() {
    if (!keeper_) keeper_.emplace(TestKeeperOptions{}, program);
    return *keeper_;
  }

  TempFolder folder;
  std::string program = folder.path + "/program";
  std::optional<TestKeeper> keeper_;
};

std::string program_of(pid_t pid) {
  return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe").string();
}

TEST_F(RestartTest, workers_go_on_under_a_server_of_the_new_program) {
  const TestServer old = keeper().ready_server();
  old.start(w1, shell("exec sleep 1000"));
  ASSERT_TRUE(old.wait_for<Started>());
  replace_program(KEEPER_HELPER);
  auto outcome = request();
  ASSERT_TRUE(old.wait_for<EndNow>());
  EXPECT_TRUE(program_of(old.pid).ends_with(" (deleted)"));
  old.send(Drained{});
  old.exit(0);
  const TestServer fresh = keeper().ready_server();
  EXPECT_EQ(program_of(fresh.pid), program);
  const auto told = outcome.get();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(*told,
            program + " serves as process " + std::to_string(fresh.pid) + "; workers and jobs went on.");
  fresh.send(List{});
  EXPECT_EQ(fresh.wait_for<Listed>().value().workers, std::vector<WorkerId>{w1});
}

TEST_F(RestartTest, later_servers_are_of_the_program_that_was_ready_last) {
  const TestServer old = keeper().ready_server();
  replace_program(KEEPER_HELPER);
  auto outcome = request();
  ASSERT_TRUE(old.wait_for<EndNow>());
  old.exit(0);
  const TestServer fresh = keeper().ready_server();
  ASSERT_TRUE(outcome.get());
  replace_program("/bin/false");
  ::kill(fresh.pid, SIGKILL);
  EXPECT_EQ(program_of(keeper().ready_server().pid), program + " (deleted)");
}

TEST_F(RestartTest, a_program_that_never_gets_ready_gives_way_to_the_old_one) {
  const TestServer old = keeper().ready_server();
  replace_program("/bin/false");
  auto outcome = request();
  ASSERT_TRUE(old.wait_for<EndNow>());
  old.exit(0);
  const TestServer back = keeper().ready_server();
  EXPECT_EQ(program_of(back.pid), program + " (deleted)");
  const auto told = outcome.get();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Errc::conflict);
  EXPECT_NE(told.error().message.find("ended with status 1 before it was ready. The previous program serves"),
            std::string::npos)
      << told.error().message;
}

TEST_F(RestartTest, if_neither_becomes_ready_both_are_tried_in_turn) {
  const TestServer old = keeper().ready_server();
  replace_program(KEEPER_HELPER);
  auto outcome = request();
  ASSERT_TRUE(old.wait_for<EndNow>());
  old.exit(0);
  std::vector<std::string> programs;
  for (int i = 0; i < 3; ++i) {
    const TestServer next = keeper().server().value();
    programs.push_back(program_of(next.pid));
    next.exit(5);
  }
  EXPECT_EQ(programs, (std::vector{program, program + " (deleted)", program}));
  (void)keeper().ready_server();
  EXPECT_FALSE(outcome.get());
}

TEST_F(RestartTest, a_missing_file_leaves_the_server_alone) {
  const TestServer old = keeper().ready_server();
  fs::remove(program);
  const auto told = request().get();
  ASSERT_FALSE(told);
  EXPECT_NE(told.error().message.find("cannot open " + program), std::string::npos) << told.error().message;
  old.send(List{});
  EXPECT_TRUE(old.wait_for<Listed>());
}

TEST_F(RestartTest, a_server_that_does_not_make_way_is_killed) {
  const TestServer old = keeper().ready_server();
  auto outcome = request();
  const TestServer fresh = keeper().ready_server();
  EXPECT_FALSE(alive(old.pid));
  EXPECT_TRUE(outcome.get());
}

TEST_F(RestartTest, a_stop_in_the_middle_of_it_is_a_drain) {
  const TestServer old = keeper().ready_server();
  auto outcome = request();
  ASSERT_TRUE(old.wait_for<EndNow>());
  keeper().signal(SIGTERM);
  ASSERT_TRUE(old.wait_for<Drain>());
  old.send(Drained{});
  old.exit(0);
  const TestServer fresh = keeper().ready_server();
  EXPECT_TRUE(fresh.wait_for<Drain>());
  EXPECT_TRUE(outcome.get());
  fresh.send(Drained{});
  fresh.exit(0);
  EXPECT_EQ(keeper().wait(), 0);
}

TEST_F(RestartTest, a_keeper_that_is_ending_says_so) {
  const TestServer server = keeper().ready_server();
  keeper().signal(SIGTERM);
  ASSERT_TRUE(server.wait_for<Drain>());
  const auto told = request().get();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().message, "The server is stopping, and was not restarted.");
}

TEST_F(RestartTest, a_keeper_that_ends_meanwhile_is_noticed) {
  const TestServer server = keeper().ready_server();
  auto outcome = request();
  ASSERT_TRUE(server.wait_for<EndNow>());
  keeper().signal(SIGKILL);
  const auto told = outcome.get();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Errc::io) << told.error().message;
}

TEST_F(RestartTest, a_limit_ends_the_wait_for_a_server_that_is_not_ready) {
  const TestServer old = keeper().ready_server();
  auto outcome = request(milliseconds{300});
  ASSERT_TRUE(old.wait_for<EndNow>());
  old.exit(0);
  const TestServer silent = keeper().server().value();
  EXPECT_EQ(outcome.get().error().code, Errc::timed_out);
}

TEST(RestartRequest, finds_no_server_where_none_runs) {
  const TempFolder folder;
  EXPECT_EQ(request_restart(folder.path + "/none", patience).error().code, Errc::not_found);
  write_text(folder.path + "/lock", "1\n");
  EXPECT_EQ(request_restart(folder.path, patience).error().code, Errc::not_found);
}

/// A process that holds the lock of a folder as a keeper does, except for what the test changes.
struct Holder {
  explicit Holder(const std::string& data, bool blocks_signal) {
    write_text(data + "/lock", "");
    lock = Fd{::open((data + "/lock").c_str(), O_RDWR | O_CLOEXEC)};
    ::flock(lock.get(), LOCK_EX);
    const Pipe ready = *make_pipe();
    char byte = 0;
    pid = ::fork();
    if (pid != 0) {
      (void)!::read(ready.reading.get(), &byte, 1);
      return;
    }
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, restart_signal);
    ::sigprocmask(blocks_signal ? SIG_BLOCK : SIG_UNBLOCK, &set, nullptr);
    (void)!::write(ready.writing.get(), &byte, 1);
    for (;;) ::pause();
  }
  ~Holder() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  Fd lock;
  pid_t pid;
};

TEST(RestartRequest, spares_a_keeper_that_does_not_know_the_signal) {
  const TempFolder folder;
  const Holder old_keeper(folder.path, false);
  write_text(folder.path + "/lock", std::to_string(old_keeper.pid) + "\n");
  const auto told = request_restart(folder.path, patience);
  EXPECT_EQ(told.error().code, Errc::conflict);
  EXPECT_NE(told.error().message.find("of an older version"), std::string::npos) << told.error().message;
  EXPECT_TRUE(alive(old_keeper.pid));
}

TEST(RestartRequest, spares_a_stranger_whom_the_lock_names_wrongly) {
  const TempFolder folder, other;
  const Holder stranger(other.path, true), holder(folder.path, true);
  for (const std::string& named :
       {std::to_string(stranger.pid), std::string("1"), std::string("words"), std::string()}) {
    write_text(folder.path + "/lock", named + "\n");
    const auto told = request_restart(folder.path, milliseconds{100});
    EXPECT_EQ(told.error().code, Errc::conflict);
    EXPECT_NE(told.error().message.find("does not hold the data folder"), std::string::npos);
  }
  EXPECT_TRUE(alive(stranger.pid));
}

}  // namespace
}  // namespace pilotlight::keeper
