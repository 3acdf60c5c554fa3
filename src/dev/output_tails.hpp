#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace pilotlight::dev {

/// A line of a worker's log; one that the server wrote begins with "pilotlight: ". `skipped`: bytes before it
/// that are not told, because there was too much.
struct OutputSeen {
  std::string worker, text;
  std::uint64_t skipped = 0;
};

/// Follows the log files of all workers in a folder (WORKER.log, which becomes WORKER.log.1 when it is full).
class OutputTails {
 public:
  /// Lines that are in the files already are not told.
  explicit OutputTails(std::string folder);

  /// The lines that were written since the last call, of each worker up to `bytes_max`. An unfinished line
  /// waits.
  std::vector<OutputSeen> read();

  static constexpr std::uint64_t bytes_max = 32 * 1024;

 private:
  struct Tail {
    Fd file;
    std::uint64_t inode = 0, offset = 0, skipped = 0;
    std::string unfinished;
  };

  void follow(const std::string& worker, Tail& tail, std::vector<OutputSeen>& lines) const;
  void read_rest(const std::string& worker, Tail& tail, std::vector<OutputSeen>& lines) const;
  static void tell(const std::string& worker, std::string_view row, Tail& tail,
                   std::vector<OutputSeen>& lines);

  std::string folder_;
  std::map<std::string, Tail> tails_;
};

}  // namespace pilotlight::dev
