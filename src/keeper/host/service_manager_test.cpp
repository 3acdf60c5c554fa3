#include "keeper/host/service_manager.hpp"

#include <gtest/gtest.h>

#include "keeper/testing/test_keeper.hpp"

namespace pilotlight::keeper {
namespace {

using namespace testing;

/// Stands where a service manager listens.
struct Manager {
  /// "@name" for an abstract one.
  explicit Manager(const std::string& path) : socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    if (path[0] == '@') name.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&name), length) != 0) std::abort();
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }
  std::string next(milliseconds limit = patience) const {
    pollfd ready{socket.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) return "";
    char text[256];
    const ssize_t got = ::recv(socket.get(), text, sizeof text, 0);
    return {text, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
  Fd socket;
};

TEST(ServiceManager, hears_when_the_server_is_ready_and_when_it_stops) {
  const TempFolder folder;
  const Manager manager(folder.path + "/notify");
  TestKeeper keeper;
  const TestServer server = keeper.server().value();
  EXPECT_EQ(manager.next(milliseconds{50}), "");
  EXPECT_EQ(read_text("/proc/" + std::to_string(server.pid) + "/environ").find("NOTIFY_SOCKET"),
            std::string::npos);
  server.greet();
  server.send(Ready{});
  EXPECT_EQ(manager.next(), "READY=1\nSTATUS=Listening on " + read_text(keeper.data() + "/address"));
  ::kill(server.pid, SIGKILL);
  const TestServer second = keeper.ready_server();
  keeper.signal(SIGTERM);
  EXPECT_EQ(manager.next(), "STOPPING=1");
  second.exit(0);
  EXPECT_EQ(keeper.wait(), 0);
}

TEST(ServiceManager, may_have_an_abstract_address) {
  const Manager manager("@pilotlight-test-" + std::to_string(::getpid()));
  ServiceManager().tell("READY=1");
  EXPECT_EQ(manager.next(), "READY=1");
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
}

TEST(ServiceManager, that_is_gone_or_was_never_there_is_not_told) {
  ServiceManager().tell("READY=1");
  for (const std::string& path : {std::string("/nowhere/socket"), std::string(200, 'x'), std::string("@")}) {
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ServiceManager().tell("READY=1");
  }
}

}  // namespace
}  // namespace pilotlight::keeper
