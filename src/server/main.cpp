#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "base/log.hpp"
#include "keeper/host/keeper.hpp"
#include "keeper/host/restart_request.hpp"
#include "server/command_line.hpp"
#include "server/option_sources.hpp"
#include "server/run_server.hpp"

namespace pilotlight::server {
namespace {

constexpr int wrong_use = 2;
constexpr int not_running = 3;
constexpr milliseconds restart_limit{120'000};

std::optional<std::string> from_environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int explain(const Error& error) {
  fmt::print(stderr, "pilotlight: {}\n", error.message);
  return wrong_use;
}

void begin_logging(LogLevel level) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("pilotlight"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %L %v");
  switch (level) {
    case LogLevel::debug: return spdlog::set_level(spdlog::level::debug);
    case LogLevel::info: return spdlog::set_level(spdlog::level::info);
    case LogLevel::warn: return spdlog::set_level(spdlog::level::warn);
    case LogLevel::error: return spdlog::set_level(spdlog::level::err);
  }
}

/// A server that a keeper has started was given every option as a flag, except the secret ones.
OptionSources sources_of(const CommandLine& line) {
  return {line.flags, from_environment, line.keeper_link.empty() ? line.config_file : "/dev/null"};
}

keeper::KeeperConfig keeper_config(const ServerConfig& config, const OptionTexts& texts) {
  keeper::KeeperConfig wanted;
  wanted.data = config.data;
  wanted.listen = config.listen;
  wanted.worker_user = config.worker_user;
  wanted.cgroups = config.runtime == RuntimeChoice::none ? keeper::CgroupChoice::off : config.cgroups;
  wanted.cgroup_root = config.cgroup_root;
  wanted.worker_folder =
      config.runtime == RuntimeChoice::none ? keeper::FolderChoice::link : config.worker_folder;
  wanted.worker_folder_copy_max = config.worker_folder_copy_max;
  wanted.grace = config.grace;
  wanted.server_command = {"pilotlight", "serve"};
  for (auto& flag : flags_of(texts)) wanted.server_command.push_back(std::move(flag));
  return wanted;
}

int serve(const CommandLine& line) {
  const auto texts = collect_options(sources_of(line));
  if (!texts) return explain(texts.error());
  const auto config = make_config(*texts);
  if (!config) return explain(config.error());
  begin_logging(config->log_level);
  if (line.keeper_link.empty()) {
    if (!config->api_key.empty()) ::setenv("PILOTLIGHT_API_KEY", config->api_key.c_str(), 1);
    if (!config->webhook_secret.empty())
      ::setenv("PILOTLIGHT_WEBHOOK_SECRET", config->webhook_secret.c_str(), 1);
    return keeper::run_keeper(keeper_config(*config, *texts));
  }
  auto link = keeper::take_keeper_link(line.keeper_link);
  if (!link) return explain(link.error());
  return run_server(*config, std::move(*link));
}

int restart_server(const std::string& data) {
  const auto restarted = keeper::request_restart(data, restart_limit);
  if (restarted) {
    fmt::print("{}\n", *restarted);
    return 0;
  }
  fmt::print(stderr, "pilotlight: {}\n", restarted.error().message);
  return restarted.error().code == Errc::not_found ? not_running : 1;
}

int run(int argc, char** argv) {
  CommandLine line = read_command_line(argc, argv);
  switch (line.action) {
    case CommandLine::Action::serve: {
      const int status = serve(line);
      log::close();
      return status;
    }
    case CommandLine::Action::dev: return dev::run_dev(line.dev);
    case CommandLine::Action::worker_env:
      line.worker_env.api_key = from_environment("PILOTLIGHT_API_KEY").value_or("");
      return run_worker_env(line.worker_env);
    case CommandLine::Action::key:
      line.key.server.key = from_environment("PILOTLIGHT_API_KEY").value_or("");
      return run_key_command(line.key);
    case CommandLine::Action::restart_server: return restart_server(line.restart_data);
    case CommandLine::Action::options: fmt::print("{}", options_markdown()); return 0;
    case CommandLine::Action::exit: return line.status;
  }
  return wrong_use;
}

}  // namespace
}  // namespace pilotlight::server

int main(int argc, char** argv) {
  return pilotlight::server::run(argc, argv);
}
