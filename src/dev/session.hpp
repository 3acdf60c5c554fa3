#pragma once

#include <optional>
#include <string>

#include "dev/dev.hpp"
#include "dev/dev_folder.hpp"
#include "dev/folder_watch.hpp"
#include "dev/handler_file.hpp"
#include "dev/happenings.hpp"
#include "dev/interpreter.hpp"
#include "dev/output_tails.hpp"
#include "dev/own_server.hpp"
#include "dev/screen.hpp"
#include "dev/signals.hpp"
#include "dev/variables.hpp"

namespace pilotlight::dev {

/// What a request names, found and checked.
struct Prepared {
  HandlerFile handler;
  Interpreter interpreter;
  Variables variables;
  std::string input_file;  ///< read again each time; empty: none
  std::string input;       ///< the body of a job; empty: none
};

/// One run of `pilotlight dev`, from the start of its server to its end. One thread; every wait ends with a
/// signal.
class Session {
 public:
  Session(const DevRequest& request, Prepared prepared);
  int run();

 private:
  Result<void> begin();
  Result<std::string> start_server();
  Result<void> define(const std::string& url);
  void introduce();
  void follow();
  void look();
  void show_output();
  void show(const std::vector<Happening>& happenings);
  void weigh_failures(const std::optional<WaitSeen>& waits);
  void restart(const std::vector<std::string>& changed);
  void run_job();
  void look_at_job();
  void job_ended(const std::string& view);
  void end();

  /// Until this time, or until something happens: a signal, the end of the server, a change of a file, a line
  /// of input.
  void wait(SteadyTime until);
  void take_signal(int signal);
  void take_input();
  bool reads_input() const;

  const DevRequest request_;
  const Prepared prepared_;
  StopSignals signals_;
  Screen screen_;
  std::optional<DevFolder> folder_;
  std::optional<OwnServer> server_;
  std::optional<ServerApi> api_;
  std::optional<OutputTails> tails_;
  std::optional<FolderWatch> watch_;
  Happenings happenings_;

  std::string job_;      ///< the last one that was run from here, until it has ended
  bool broken_ = false;  ///< the handler does not start; a saved file is waited for
  bool again_ = false;   ///< Enter was pressed
  bool input_open_ = true;
  int stops_ = 0;  ///< signals so far
  int last_signal_ = 0;
  bool finished_ = false;
  int status_ = 0;
};

}  // namespace pilotlight::dev
