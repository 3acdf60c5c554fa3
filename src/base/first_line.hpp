#pragma once

#include <fstream>
#include <string>

namespace pilotlight {

/// The first line of a file, without its end; empty if there is none, or if the file cannot be read.
inline std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace pilotlight
