// A keeper for tests, and the server it starts: a process that hands its channel to the test and then only
// holds what it inherited.
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/log.hpp"
#include "keeper/host/keeper.hpp"
#include "keeper/host/server_process.hpp"
#include "keeper/wire/channel.hpp"
#include "keeper/wire/inherited_fds.hpp"

using namespace pilotlight;
using namespace pilotlight::keeper;

namespace {

Fd connect_to(const std::string& path) {
  Fd socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) return Fd{};
  return socket;
}

/// `relay SOCKET --keeper-link=…`: exits with the status that the test sends as one byte, 3 if there is no
/// test.
int relay(const std::string& path, const std::string& link) {
  const auto fds = InheritedFds::parse(link.substr(link.find('=') + 1));
  Fd test = connect_to(path);
  if (!fds || !test) {
    std::fprintf(stderr, "relay: there is no test\n");
    return 3;
  }
  const Channel to_test(std::move(test));
  {
    std::vector<Fd> channel;
    channel.emplace_back(fds->channel);
    to_test.send(std::to_string(::getpid()), channel);
  }
  char status = 1;
  return ::read(to_test.fd(), &status, 1) == 1 ? status : 1;
}

CgroupChoice choice_of(const std::string& text) {
  if (text == "off") return CgroupChoice::off;
  if (text == "v1") return CgroupChoice::v1;
  return text == "v2" ? CgroupChoice::v2 : CgroupChoice::automatic;
}

/// "container": root without the right to mount. Else the user of that number.
bool live_as(const std::string& who) {
  if (who.empty()) return true;
  if (who == "container") {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2];
    if (::syscall(SYS_capget, &header, sets) != 0) return false;
    sets[0].effective &= ~(1U << CAP_SYS_ADMIN);
    sets[0].permitted &= ~(1U << CAP_SYS_ADMIN);
    return ::syscall(SYS_capset, &header, sets) == 0;
  }
  const auto id = static_cast<uid_t>(std::atoi(who.c_str()));
  return ::setgroups(0, nullptr) == 0 && ::setgid(id) == 0 && ::setuid(id) == 0 &&
         ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

FolderChoice folder_choice_of(const std::string& text) {
  if (text == "overlay") return FolderChoice::overlay;
  if (text == "copy") return FolderChoice::copy;
  return text == "link" ? FolderChoice::link : FolderChoice::automatic;
}

}  // namespace

/// keep DATA SOCKET GRACE_MS REMAINS_WAIT_MS CGROUPS USER FOLDER COPY_MAX AS
int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "relay") return relay(argv[2], argv[3]);
  if (argc != 11) return 2;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGINT, SIG_DFL);  // whoever runs the tests may ignore it
  spdlog::set_default_logger(spdlog::stderr_logger_st("keeper"));
  KeeperConfig config;
  config.data = argv[2];
  config.listen = {"127.0.0.1", 0};
  config.grace = milliseconds{std::atoi(argv[4])};
  config.remains_wait = milliseconds{std::atoi(argv[5])};
  config.cgroups = choice_of(argv[6]);
  config.worker_user = argv[7];
  config.worker_folder = folder_choice_of(argv[8]);
  config.worker_folder_copy_max = std::strtoull(argv[9], nullptr, 10);
  if (!live_as(argv[10])) return 2;
  config.server_command = {"keeper_helper", "relay", argv[3]};
  return run_keeper(config);
}
