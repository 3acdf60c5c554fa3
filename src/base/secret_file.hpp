#pragma once

#include <string>

#include "base/error.hpp"

namespace pilotlight {

/// A file's content without its last line ends; empty if it is not there.
std::string read_secret(const std::string& path);
/// Writes a file of mode 0600 and makes it durable, or leaves the one that was there. no_space: the disk is
/// full.
Result<void> write_secret(const std::string& path, const std::string& content);

}  // namespace pilotlight
