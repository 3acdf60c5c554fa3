#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace pilotlight::dev {

/// How a program is started: searched for in PATH if it has no slash.
struct Launch {
  std::vector<std::string> words;        ///< argv; words[0] also names the program, unless `program` does
  std::vector<std::string> environment;  ///< NAME=value, all of it
  std::string program;
  int output = -1;             ///< where its standard output and error go; it has no input
  bool own_session = false;    ///< no signal of the terminal reaches it
  int parent_ended = SIGKILL;  ///< the signal that it gets when this process ends in whatever way
};

/// A child process that was started and not yet collected.
struct Child {
  pid_t pid = -1;
  Fd ended;  ///< becomes readable when it has ended (a pidfd)
};
Result<Child> launch(const Launch& what);

struct Ended {
  int status = 0;      ///< as waitpid has it
  std::string output;  ///< at most 64 KiB
};
/// Runs a short program to its end, or kills it after `most`. Error: it could not be started, or took too
/// long.
Result<Ended> run(Launch what, std::chrono::milliseconds most);

/// NAME=value for each variable of this process.
std::vector<std::string> own_environment();

}  // namespace pilotlight::dev
