#include "keeper/host/keeper.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/random.hpp"
#include "keeper/testing/test_keeper.hpp"

namespace pilotlight::keeper {
namespace {

using namespace testing;

/// A script that prints its process and then numbered lines.
StartRequest counting() {
  return shell("i=0; while :; do i=$((i+1)); echo line $i; sleep 0.002; done");
}

int connect_to(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &name.sin_addr);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int failed = ::connect(socket, reinterpret_cast<sockaddr*>(&name), sizeof name);
  ::close(socket);
  return failed;
}

bool lock_is_free(const std::string& data) {
  const Fd file{::open((data + "/lock").c_str(), O_RDWR | O_CLOEXEC)};
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

std::string names_in(const std::string& folder) {
  std::string names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names += entry.path().filename().string() + " ";
  return names;
}

/// The numbers of the "line N" lines of a log, in order.
std::vector<int> counted(const std::string& log) {
  constexpr std::string_view begin = " container line ";
  std::vector<int> numbers;
  for (std::size_t at = 0; (at = log.find(begin, at)) != log.npos; ++at)
    numbers.push_back(std::atoi(log.c_str() + at + begin.size()));
  return numbers;
}

TEST(Keeper, makes_its_folder_private_and_says_where_it_listens) {
  TestKeeper keeper;
  (void)keeper.ready_server();
  struct stat status {};
  ASSERT_EQ(::stat(keeper.data().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
  const std::string address = read_text(keeper.data() + "/address");
  EXPECT_TRUE(address.starts_with("127.0.0.1:")) << address;
  EXPECT_EQ(connect_to(address), 0);
  EXPECT_EQ(read_text(keeper.data() + "/lock"), std::to_string(keeper.pid()) + "\n");
}

TEST(Keeper, gives_a_server_its_three_descriptors_and_no_others) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, counting());
  ASSERT_TRUE(server.wait_for<Started>());
  ::kill(server.pid, SIGKILL);
  const TestServer second = keeper.ready_server();
  // 0, 1, 2, listener and lock; the relay has passed the channel on and keeps its socket to the test.
  const std::string fds = names_in("/proc/" + std::to_string(second.pid) + "/fd");
  EXPECT_EQ(std::count(fds.begin(), fds.end(), ' '), 6) << fds;
}

TEST(Keeper, workers_and_their_output_outlive_repeated_server_kills) {
  TestKeeper keeper;
  Random random(1);
  pid_t first = 0;
  for (int round = 0; round < 40; ++round) {
    auto server = keeper.server().value();
    if (round == 0) first = server.pid;
    if (random.chance(80)) server.greet();
    if (random.chance(80)) server.send(Ready{});
    server.start(w1, counting());
    std::this_thread::sleep_for(milliseconds{random.below(10)});
    ::kill(server.pid, SIGKILL);
  }
  const TestServer last = keeper.ready_server();
  EXPECT_NE(last.pid, first);
  last.send(List{});
  EXPECT_EQ(last.wait_for<Listed>().value().workers, std::vector<WorkerId>{w1});
  last.send(Stop{w1, milliseconds{0}});
  ASSERT_EQ(last.wait_for<Exited>().value().signal, SIGKILL);
  const auto numbers = counted(keeper.log(w1));
  ASSERT_GT(numbers.size(), 50u);
  for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], static_cast<int>(i) + 1);
}

TEST(Keeper, leaves_the_successor_of_a_killed_server_alone) {
  TestKeeper keeper;
  for (int round = 0; round < 8; ++round) ::kill(keeper.ready_server().pid, SIGKILL);
  const TestServer last = keeper.ready_server();
  // Longer than a server that closed its channel may take to end.
  std::this_thread::sleep_for(milliseconds{1'500});
  last.send(List{});
  EXPECT_TRUE(last.wait_for<Listed>());
}

TEST(Keeper, does_what_a_server_asked_just_before_it_was_killed) {
  TestKeeper keeper;
  for (int round = 0; round < 20; ++round) {
    const TestServer server = keeper.ready_server();
    ::kill(keeper.pid(), SIGSTOP);
    for (int i = 0; i < 5; ++i)
      server.start(worker_id("w" + std::to_string(round * 5 + i)), shell("exec sleep 1000"));
    ::kill(server.pid, SIGKILL);
    ::kill(keeper.pid(), SIGCONT);
  }
  const TestServer last = keeper.ready_server();
  last.send(List{});
  EXPECT_EQ(last.wait_for<Listed>().value().workers.size(), 100u);
}

TEST(Keeper, reports_an_end_to_every_server_until_it_is_forgotten) {
  TestKeeper keeper;
  TestServer server = keeper.ready_server();
  server.start(w1, shell("exit 4"));
  ASSERT_TRUE(server.wait_for<Exited>());
  for (int round = 0; round < 3; ++round) {
    ::kill(server.pid, SIGKILL);
    server = keeper.ready_server();
    const Exited end = server.wait_for<Exited>().value();
    EXPECT_EQ(end.worker, w1);
    EXPECT_EQ(end.exit_code, 4);
  }
  server.send(Forget{w1});
  ::kill(server.pid, SIGKILL);
  server = keeper.ready_server();
  server.send(List{});
  while (const auto message = server.next()) {
    EXPECT_FALSE(std::holds_alternative<Exited>(*message));
    if (std::holds_alternative<Listed>(*message)) break;
  }
}

TEST(Keeper, starts_a_worker_once_whatever_it_is_told) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  TempFolder notes;
  const StartRequest request =
      shell("echo run >> " + notes.path + "/runs; read line < " + notes.path + "/go");
  ASSERT_EQ(::mkfifo((notes.path + "/go").c_str(), 0600), 0);
  for (int i = 0; i < 3; ++i) {
    server.start(w1, request);
    ASSERT_TRUE(server.wait_for<Started>());
  }
  ASSERT_TRUE(eventually([&] { return read_text(notes.path + "/runs") == "run\n"; }));
  write_text(notes.path + "/go", "\n");
  ASSERT_EQ(server.wait_for<Exited>().value().exit_code, 0);
  server.start(w1, request);
  EXPECT_EQ(server.wait_for<Exited>().value().exit_code, 0);
  server.send(Forget{w1});
  server.start(w1, request);
  EXPECT_EQ(server.wait_for<Exited>().value().detail, "this worker was already started once");
  EXPECT_EQ(read_text(notes.path + "/runs"), "run\n");
}

TEST(Keeper, lists_workers_in_as_many_parts_as_it_takes) {
  static_assert(300 > listed_part_max);
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  for (int i = 0; i < 300; ++i) server.start(worker_id("r" + std::to_string(i)), shell("exec sleep 1000"));
  server.send(List{});
  std::size_t seen = 0;
  for (;;) {
    const Listed part = server.wait_for<Listed>().value();
    seen += part.workers.size();
    if (part.last) break;
  }
  EXPECT_EQ(seen, 300u);
}

TEST(Keeper, killed_takes_everything_with_it_and_frees_the_lock) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("echo $$; exec sleep 1000"));
  ASSERT_TRUE(eventually([&] { return keeper.log(w1).find(" container ") != std::string::npos; }));
  ASSERT_TRUE(server.wait_for<Started>());
  const std::string log = keeper.log(w1);
  const pid_t worker = std::atoi(log.c_str() + log.find("process ") + 8);
  ASSERT_TRUE(alive(worker));
  keeper.signal(SIGKILL);
  keeper.wait();
  EXPECT_TRUE(eventually([&] { return !alive(server.pid) && !alive(worker); }));
  EXPECT_TRUE(eventually([&] { return lock_is_free(keeper.data()); }));
}

TEST(Keeper, refuses_a_folder_in_use_and_says_by_whom) {
  TestKeeper keeper;
  (void)keeper.ready_server();
  TestKeeper second({.remains_wait = milliseconds{100}, .data = keeper.data()});
  EXPECT_EQ(second.wait(), 1);
  EXPECT_NE(second.errors().find("in use by process " + std::to_string(keeper.pid())), std::string::npos)
      << second.errors();
}

TEST(Keeper, waits_a_moment_for_the_remains_of_a_killed_one) {
  TempFolder folder;
  std::filesystem::permissions(folder.path, std::filesystem::perms::owner_all);
  Fd remains{::open((folder.path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  ASSERT_EQ(::flock(remains.get(), LOCK_EX | LOCK_NB), 0);
  TestKeeper keeper({.data = folder.path});
  EXPECT_FALSE(keeper.server(milliseconds{500}));
  remains.reset();
  EXPECT_TRUE(keeper.server());
}

TEST(Keeper, can_be_killed_and_started_again_and_again) {
  TempFolder folder;
  std::filesystem::permissions(folder.path, std::filesystem::perms::owner_all);
  for (int round = 0; round < 15; ++round) {
    TestKeeper keeper({.data = folder.path});
    const TestServer server = keeper.ready_server();
    server.start(w1, counting());
    ASSERT_TRUE(server.wait_for<Started>());
    keeper.signal(SIGKILL);
  }
}

TEST(Keeper, refuses_to_close_a_folder_that_others_use) {
  TempFolder folder;
  std::filesystem::permissions(folder.path, std::filesystem::perms(0755));
  write_text(folder.path + "/somebody.txt", "x");
  TestKeeper keeper({.data = folder.path});
  EXPECT_EQ(keeper.wait(), 1);
  EXPECT_NE(keeper.errors().find("chmod 700 " + folder.path), std::string::npos) << keeper.errors();
}

TEST(Keeper, holds_connections_while_no_server_runs) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  const std::string address = read_text(keeper.data() + "/address");
  ::kill(server.pid, SIGKILL);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(connect_to(address), 0);
  EXPECT_TRUE(keeper.server());
}

TEST(Keeper, ends_when_the_server_has_drained) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, counting());
  keeper.signal(SIGTERM);
  const Drain drain = server.wait_for<Drain>().value();
  EXPECT_GT(drain.grace, milliseconds{9'000});
  server.send(Drained{});
  server.exit(0);
  EXPECT_EQ(keeper.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(keeper.data() + "/address"));
  EXPECT_FALSE(std::filesystem::exists(keeper.data() + "/work/w1"));
  EXPECT_TRUE(lock_is_free(keeper.data()));
}

TEST(Keeper, starts_a_server_that_dies_while_draining_again_and_tells_it) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  keeper.signal(SIGINT);
  ASSERT_TRUE(server.wait_for<Drain>());
  ::kill(server.pid, SIGKILL);
  const TestServer second = keeper.server().value();
  EXPECT_TRUE(second.greet().draining);
  ASSERT_TRUE(second.wait_for<Drain>());
  second.send(Drained{});
  second.exit(0);
  EXPECT_EQ(keeper.wait(), 0);
}

TEST(Keeper, a_second_signal_ends_it_now) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, shell("trap '' TERM; while :; do sleep 1; done"));
  keeper.signal(SIGTERM);
  ASSERT_TRUE(server.wait_for<Drain>());
  keeper.signal(SIGTERM);
  ASSERT_TRUE(server.wait_for<EndNow>());
  EXPECT_EQ(keeper.wait(), 0);  // the server never obeys and is killed
  EXPECT_FALSE(alive(server.pid));
}

TEST(Keeper, ends_when_the_grace_is_over) {
  TestKeeper keeper({.grace = milliseconds{300}});
  const TestServer server = keeper.ready_server();
  keeper.signal(SIGTERM);
  ASSERT_TRUE(server.wait_for<EndNow>());
  server.exit(0);
  EXPECT_EQ(keeper.wait(), 0);
}

TEST(Keeper, workers_end_after_the_server_and_their_ends_go_unreported) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  server.start(w1, counting());
  ASSERT_TRUE(server.wait_for<Started>());
  keeper.signal(SIGTERM);
  ASSERT_TRUE(server.wait_for<Drain>());
  keeper.signal(SIGTERM);
  while (const auto message = server.next()) EXPECT_FALSE(std::holds_alternative<Exited>(*message));
  EXPECT_EQ(keeper.wait(), 0);
}

TEST(Keeper, passes_on_status_and_message_of_a_first_server_never_ready) {
  TestKeeper keeper;
  const TestServer server = keeper.server().value();
  server.greet();
  server.exit(64);
  EXPECT_EQ(keeper.wait(), 64);

  TestKeeper silent;
  silent.refuse_servers();
  EXPECT_EQ(silent.wait(), 3);
  EXPECT_NE(silent.errors().find("relay: there is no test"), std::string::npos) << silent.errors();
}

TEST(Keeper, starts_a_first_server_that_was_killed_from_outside_again) {
  TestKeeper keeper;
  ::kill(keeper.server().value().pid, SIGKILL);
  EXPECT_TRUE(keeper.server());
}

TEST(Keeper, starts_a_server_that_was_ready_and_failed_again) {
  TestKeeper keeper;
  keeper.ready_server().exit(70);
  keeper.ready_server().exit(0);
  EXPECT_TRUE(keeper.server());
}

TEST(Keeper, a_server_without_its_channel_is_replaced) {
  TestKeeper keeper;
  const pid_t pid = [&] { return keeper.ready_server().pid; }();  // closes the channel, not the process
  const TestServer next = keeper.server().value();
  EXPECT_NE(next.pid, pid);
  EXPECT_FALSE(alive(pid));
}

TEST(Keeper, hands_time_on_and_never_back) {
  TestKeeper keeper;
  const TestServer server = keeper.server().value();
  const TimeBase time = server.greet().time;
  const std::int64_t raised = time.base_ms + 3'600'000;
  server.send(Ready{raised});
  ::kill(server.pid, SIGKILL);
  const TestServer second = keeper.server().value();
  EXPECT_EQ(second.greet().time, (TimeBase{raised, time.origin_ns}));
  second.send(Ready{time.base_ms});
  ::kill(second.pid, SIGKILL);
  EXPECT_EQ(keeper.server().value().greet().time, (TimeBase{raised, time.origin_ns}));
}

TEST(Keeper, survives_packets_that_mean_nothing) {
  TestKeeper keeper;
  const TestServer server = keeper.ready_server();
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    std::string bytes(1 + random.below(40), '\0');
    for (char& c : bytes) c = static_cast<char>(random.below(8));
    if (decode<ToKeeper>(bytes)) continue;
    while (server.channel.send(bytes) == SendState::full) std::this_thread::sleep_for(milliseconds{1});
  }
  server.start(w1, shell("exit 0"));
  EXPECT_TRUE(server.wait_for<Exited>());
}

}  // namespace
}  // namespace pilotlight::keeper
