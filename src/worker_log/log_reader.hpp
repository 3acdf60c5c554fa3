#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "worker_log/line.hpp"

namespace pilotlight::worker_log {

/// The lines of a log that a reader wants.
struct Wanted {
  std::optional<Source> source{};      ///< nullopt: of both
  Timestamp since = Timestamp::min();  ///< none with an earlier time

  bool has(Source of, Timestamp at) const { return (!source || *source == of) && at >= since; }
};

/// The line at which a reader begins; at most one of the two is set. Neither: the first that is kept.
struct Start {
  std::optional<std::size_t> tail{};     ///< so many of the newest lines that are wanted
  std::optional<std::uint64_t> after{};  ///< the line behind the one with this number
};

struct LogFileView;

/// Reads a worker's log from its files, PATH.1 before PATH, while it may be written and its files change
/// places. It holds no file open between two calls, so what a slow reader has not read in time is lost to it,
/// and told. One thread at a time; every call waits for the disk.
///
/// A file of a version that wrote neither times nor numbers is read, too: its lines are all `container`,
/// their time is that of the file's last change, and they are counted from 1.
class LogReader {
 public:
  /// The lines that a call brings.
  struct Page {
    std::vector<Line> lines;  ///< in order of their numbers
    std::uint64_t lost = 0;   ///< lines before them that are no longer kept, wanted or not
    bool more = false;        ///< there is more to read at once
    bool complete = false;    ///< the worker has ended, and all that was written of it is read
  };
  static constexpr std::size_t page_bytes = 64 * 1024;  ///< in its texts, and 128 more for each line

  LogReader(std::string path, Wanted wanted, Start start)
      : path_(std::move(path)), wanted_(wanted), start_(start) {}

  /// The lines behind those of the last call; no lines if there are none yet, or there is no file. The first
  /// line of a page alone may go beyond `page_bytes`. Error: a file is there and cannot be read.
  Result<Page> next();

 private:
  /// A file's content while it goes on: the number of its first line, or, if it has no numbers, its inode.
  struct FileId {
    std::uint64_t first = 0;
    ino_t inode = 0;

    friend bool operator==(const FileId&, const FileId&) = default;
  };
  /// As the newest file was when all was read.
  struct Seen {
    ino_t inode;
    off_t size;
    std::int64_t changed_s, changed_ns;

    friend bool operator==(const Seen&, const Seen&) = default;
  };
  struct Filling;

  static FileId id_of(const LogFileView& file);
  std::optional<Seen> look() const;
  Result<void> find_tail(const std::vector<LogFileView>& files);
  std::optional<Line> line_in(const LogFileView& file, std::string_view row);
  bool take(const LogFileView& file, std::string_view row, Filling& filling);

  std::string path_;
  Wanted wanted_;
  Start start_;
  std::optional<std::uint64_t> position_{};  ///< number of the newest line that was read or left out
  std::uint64_t counted_ = 0;                ///< lines of files without numbers
  FileId at_{};                              ///< where the reading goes on
  std::uint64_t offset_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  std::optional<Seen> seen_{};
};

/// The worker of the log, as its newest file has it: empty ids in one that does not say. nullopt: there is no
/// file. Waits for the disk.
Result<std::optional<LogOwner>> log_owner(const std::string& path);

}  // namespace pilotlight::worker_log
