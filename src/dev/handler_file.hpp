#pragma once

#include <string>

#include "base/error.hpp"

namespace pilotlight::dev {

/// The program of a worker, and the folder in which it starts.
struct HandlerFile {
  std::string folder;  ///< absolute
  std::string file;    ///< relative to `folder`
};

/// `path` is a handler, whose folder is then the one it lies in, or a folder with one: handler.py,
/// rp_handler.py or main.py in it or in its folder src, else the only Python file there that calls runpod's
/// `serverless.start`. The error says what was looked for.
Result<HandlerFile> find_handler(const std::string& path);

}  // namespace pilotlight::dev
