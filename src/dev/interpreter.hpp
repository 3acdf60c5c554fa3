#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::dev {

/// A Python that has the runpod package.
struct Interpreter {
  std::string path;    ///< absolute; a link is kept, for a virtual environment is known by it
  std::string python;  ///< "3.11.2"
  std::string runpod;  ///< "1.12.0"; "?" if the package does not say
};

struct InterpreterSearch {
  std::string wanted;  ///< `--python`: a path, or a name in PATH; empty: it is looked for
  std::string folder;  ///< folder of the handler, absolute
  /// NAME=value of the worker; what it is asked is asked in these and PATH, HOME, LANG of this process, as a
  /// worker is.
  std::vector<std::string> environment;
};

/// `wanted`; else the active virtual environment; else `.venv` or `venv` in the folder or, for a folder
/// `src`, beside it; else `python3`. The error of a Python without the package has the one command that
/// installs it.
Result<Interpreter> find_interpreter(const InterpreterSearch& search);

}  // namespace pilotlight::dev
