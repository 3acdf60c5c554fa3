#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "worker_log/line.hpp"

namespace pilotlight::worker_log {

/// An append-only file of rows (worker_log/line_format) that never grows beyond `size_max`: when it would, it
/// becomes PATH.1 (replacing the one before) and a new one begins. Nothing is synced. A write that fails
/// (full disk) is dropped, and the next one begins a row of its own.
class LogFile {
 public:
  /// The file is made, or emptied, by the first append.
  LogFile(std::string path, std::uint64_t size_max, LogOwner owner);

  /// Whole rows, at most `size_max` bytes in one call; `first`: the number of their first line.
  void append(std::string_view rows, std::uint64_t first);

 private:
  void begin_file(std::uint64_t first);
  bool write(std::string_view bytes);

  std::string path_;
  std::uint64_t size_max_;
  LogOwner owner_;
  std::uint64_t size_ = 0;
  bool torn_ = false;  ///< the last write failed, perhaps in the middle of a row
  Fd file_;
};

/// Deletes files of this folder until at most `files_max` are left, longest unchanged first. Files for which
/// `in_use(name)` is true are neither counted nor deleted.
void prune_folder(const std::string& folder, std::size_t files_max,
                  const std::function<bool(std::string_view name)>& in_use);

}  // namespace pilotlight::worker_log
