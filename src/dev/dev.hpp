#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pilotlight::dev {

/// The command line of `pilotlight dev`.
struct DevRequest {
  std::string path;    ///< a handler, or a folder with one
  std::string python;  ///< empty: it is looked for
  std::uint16_t port = 0;
  std::string input;  ///< a file or JSON; empty: test_input.json beside the handler, if there is one
  bool once = false;  ///< end with the outcome of that job
  int workers = 1;
  std::vector<std::string> variables;  ///< NAME=value
  std::vector<std::string> variable_files;
  bool kill = false;  ///< a saved file ends running jobs
  bool keep = false;  ///< leave the data for the next time
};

/// Serves a handler on loopback until a signal, restarting its workers when a file is saved. The exit status:
/// 0, or with `once` of the job: 0 completed, 4 not; 1: the server or the handler did not start; 2: the
/// request cannot be met as it is; 128 and the signal: `once` was interrupted.
int run_dev(const DevRequest& request);

}  // namespace pilotlight::dev
