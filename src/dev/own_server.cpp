#include "dev/own_server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string_view>

#include "base/first_line.hpp"
#include "net/blocking_client.hpp"

namespace pilotlight::dev {
namespace {

/// The keeper takes connections before the server answers them.
constexpr std::chrono::milliseconds look_limit{200};

bool is_set(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment)
    if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=') return true;
  return false;
}

/// The caller's own, so that options may be given there, with what suits a server of one person: jobs wait
/// while a handler that does not start is mended, webhooks reach a receiver on this machine, and the end
/// comes soon.
std::vector<std::string> server_environment() {
  std::vector<std::string> environment = own_environment();
  std::erase_if(environment, [](const std::string& entry) {
    return entry.starts_with("PILOTLIGHT_PUBLIC_URL=") || entry.starts_with("PILOTLIGHT_RUNTIME=");
  });
  for (const auto& [name, value] :
       {std::pair{"PILOTLIGHT_PAUSED_ENDPOINTS", "queue"}, std::pair{"PILOTLIGHT_WEBHOOK_INTERNAL", "on"},
        std::pair{"PILOTLIGHT_GRACE", "5s"}})
    if (!is_set(environment, name)) environment.push_back(std::string(name) + "=" + value);
  return environment;
}

}  // namespace

Result<OwnServer> OwnServer::start(const OwnServerSettings& settings) {
  ::unlink((settings.data + "/address").c_str());
  const Fd log{::open(settings.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!log) return os_error("cannot write " + settings.log);
  Launch server;
  server.program = "/proc/self/exe";
  server.words = {"pilotlight",  "serve",    "--data",
                  settings.data, "--listen", "127.0.0.1:" + std::to_string(settings.port)};
  server.environment = server_environment();
  server.output = log.get();
  server.own_session = true;
  server.parent_ended = SIGTERM;
  auto child = launch(server);
  if (!child) return child.error();
  return OwnServer(settings, std::move(*child));
}

bool OwnServer::ended() {
  if (!collected_) collected_ = ::waitpid(child_.pid, nullptr, WNOHANG) == child_.pid;
  return collected_;
}

std::string OwnServer::url() {
  const std::string address = first_line(settings_.data + "/address");
  if (address.empty()) return {};
  const auto health = net::http_request("http://" + address, "GET", "/healthz", "", "", look_limit);
  return health && health->status == 200 ? "http://" + address : "";
}

std::string OwnServer::key() const {
  const char* own = ::getenv("PILOTLIGHT_API_KEY");
  return own != nullptr ? own : first_line(settings_.data + "/api-key");
}

void OwnServer::stop() {
  if (!ended()) ::kill(child_.pid, SIGTERM);
}

void OwnServer::kill() {
  if (!ended()) ::kill(-child_.pid, SIGKILL);
}

std::string OwnServer::last_words() const {
  std::ifstream file(settings_.log);
  std::string words;
  for (std::string line; std::getline(file, line);) {
    words += line + "\n";
    if (words.size() > 4096) words.erase(0, words.find('\n') + 1);
  }
  return words;
}

}  // namespace pilotlight::dev
