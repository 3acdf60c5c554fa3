#pragma once

#include <string>

#include "dev/dev.hpp"
#include "server/key_command.hpp"
#include "server/options.hpp"
#include "server/worker_env.hpp"

namespace pilotlight::server {

/// What the program was asked to do.
struct CommandLine {
  enum class Action { serve, dev, worker_env, key, restart_server, options, exit };
  Action action = Action::exit;
  int status = 0;  ///< for `exit`: help and version were printed, or the mistake was explained
  OptionTexts flags;
  std::string config_file;
  std::string keeper_link;  ///< not empty in a server that a keeper has started
  dev::DevRequest dev;
  WorkerEnvRequest worker_env;
  KeyRequest key;
  std::string restart_data;  ///< data folder of the server that shall restart
};

CommandLine read_command_line(int argc, char** argv);

}  // namespace pilotlight::server
