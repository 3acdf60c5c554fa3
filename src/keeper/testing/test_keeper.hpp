#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "base/testing/files.hpp"
#include "keeper/wire/channel.hpp"
#include "keeper/wire/gate.hpp"

namespace pilotlight::keeper::testing {

using namespace pilotlight::testing;

/// How long a test waits before it gives up: no measure of anything, only longer than any noise.
inline constexpr milliseconds patience{60'000};

/// Waits until `done` holds; false when patience is over.
inline bool eventually(const std::function<bool()>& done, milliseconds limit = patience) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{2});
  }
  return true;
}

inline bool alive(pid_t pid) {
  const std::string stat = read_text("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  return name_end != stat.npos && stat.size() > name_end + 2 && stat[name_end + 2] != 'Z';
}

/// A server of a test keeper: its process only holds descriptors, the test speaks for it.
struct TestServer {
  pid_t pid = 0;
  Channel channel;
  Fd control;
  std::uint32_t version = protocol_version;  ///< the form of its requests to start workers

  void send(const ToKeeper& message, const std::vector<Fd>& attachments = {}) const {
    SendState state;
    while ((state = channel.send(encode(message), attachments)) == SendState::full)
      std::this_thread::sleep_for(milliseconds{1});
    if (state == SendState::closed) std::fprintf(stderr, "the keeper has closed the channel\n");
  }
  /// The other side of the worker's gate.
  Fd prepare(WorkerId id, const StartRequest& request) const {
    Pipe gate = *make_gate();
    std::vector<Fd> attachments;
    attachments.push_back(*memory_file(encode_start_request(request, version)));
    attachments.push_back(std::move(gate.reading));
    send(Prepare{id}, attachments);
    return std::move(gate.writing);
  }
  void start(WorkerId id, const StartRequest& request) const {
    open_gate(prepare(id, request));
    send(Start{id});
  }
  /// The next message; nullopt after `limit` or at the end of the channel.
  std::optional<ToServer> next(milliseconds limit = patience) const {
    pollfd ready{channel.fd(), POLLIN, 0};
    Packet packet;
    if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) return std::nullopt;
    if (channel.receive(packet) != ReceiveState::packet) return std::nullopt;
    return decode<ToServer>(packet.bytes);
  }
  /// The next message of this kind; others are dropped.
  template <class T>
  std::optional<T> wait_for(milliseconds limit = patience) const {
    while (auto message = next(limit))
      if (T* wanted = std::get_if<T>(&*message)) return std::move(*wanted);
    return std::nullopt;
  }
  /// Says Hello and takes Welcome.
  Welcome greet() const {
    send(Hello{});
    return wait_for<Welcome>().value();
  }
  void exit(char status) const { (void)!::write(control.get(), &status, 1); }
};

struct TestKeeperOptions {
  milliseconds grace{10'000};
  milliseconds remains_wait{5'000};
  std::string cgroups = "auto";
  std::string user = "";
  std::string data = "";  ///< empty: a folder of its own
  std::string folder = "auto";
  std::uint64_t copy_max = 1 << 30;
  std::string as = "";  ///< whom the keeper runs as: the number of a user, "container", or empty for ours
};

/// A keeper process whose servers report to the test.
class TestKeeper {
 public:
  /// `program`: a copy of the helper.
  explicit TestKeeper(TestKeeperOptions options = {}, std::string program = KEEPER_HELPER)
      : options_(std::move(options)), program_(std::move(program)) {
    ::signal(SIGPIPE, SIG_IGN);  // as a server does
    if (options_.data.empty()) options_.data = folder_.path + "/data";
    socket_path_ = folder_.path + "/socket";
    listen();
    spawn();
  }
  ~TestKeeper() {
    if (!status_) ::kill(pid_, SIGKILL);
    wait();
  }

  /// The next server that the keeper starts; nullopt when patience is over.
  std::optional<TestServer> server(milliseconds limit = patience) {
    pollfd ready{listener_.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) return std::nullopt;
    const Channel control(Fd{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)});
    Packet packet;
    if (!eventually([&] { return control.receive(packet) == ReceiveState::packet; })) return std::nullopt;
    TestServer server{std::stoi(packet.bytes), Channel(std::move(packet.attachments.at(0))), {}};
    server.control = const_cast<Channel&>(control).take();
    return server;
  }
  /// A server that has said Hello and Ready.
  TestServer ready_server() {
    auto started = server().value();
    started.greet();
    started.send(Ready{});
    return started;
  }

  /// Servers that start from now on find no test and exit with status 3.
  void refuse_servers() {
    listener_.reset();
    ::unlink(socket_path_.c_str());
  }

  void signal(int number) const { ::kill(pid_, number); }
  /// The exit status, or minus the signal.
  int wait() {
    int status = 0;
    if (!status_) {
      while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
      }
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    return *status_;
  }

  pid_t pid() const { return pid_; }
  const std::string& data() const { return options_.data; }
  std::string errors() const { return read_text(folder_.path + "/stderr"); }
  std::string log(WorkerId id) const { return read_text(data() + "/workers/" + id.text() + ".log"); }

 private:
  void listen() {
    listener_ = Fd{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    socket_path_.copy(name.sun_path, sizeof name.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(listener_.get(), 16) != 0)
      std::abort();
    if (options_.as.empty()) return;
    std::filesystem::permissions(folder_.path, std::filesystem::perms(0755));
    std::filesystem::permissions(socket_path_, std::filesystem::perms(0777));
  }
  void spawn() {
    const std::string grace = std::to_string(options_.grace.count());
    const std::string wait = std::to_string(options_.remains_wait.count());
    const std::string copy_max = std::to_string(options_.copy_max);
    std::string keep = "keep", errors = folder_.path + "/stderr";
    std::vector<const char*> argv{program_.c_str(),         keep.c_str(),          options_.data.c_str(),
                                  socket_path_.c_str(),     grace.c_str(),         wait.c_str(),
                                  options_.cgroups.c_str(), options_.user.c_str(), options_.folder.c_str(),
                                  copy_max.c_str(),         options_.as.c_str(),   nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 2, 1);
    // A descriptor that a careless parent leaves open: neither server nor worker may inherit it.
    ::posix_spawn_file_actions_adddup2(&actions, 2, 77);
    if (::posix_spawn(&pid_, program_.c_str(), &actions, nullptr, const_cast<char**>(argv.data()), environ) !=
        0)
      std::abort();
    ::posix_spawn_file_actions_destroy(&actions);
  }

  TempFolder folder_;
  TestKeeperOptions options_;
  std::string program_;
  std::string socket_path_;
  Fd listener_;
  pid_t pid_ = 0;
  std::optional<int> status_;
};

/// A request that runs this text with /bin/sh.
inline StartRequest shell(std::string script) {
  StartRequest request;
  request.command = {"/bin/sh", "-c", std::move(script)};
  return request;
}

inline WorkerId worker_id(std::string_view text) {
  return *WorkerId::parse(text);
}

inline const WorkerId w1 = worker_id("w1"), w2 = worker_id("w2");

}  // namespace pilotlight::keeper::testing
