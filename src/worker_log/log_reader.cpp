#include "worker_log/log_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "base/fd.hpp"
#include "worker_log/last_lines.hpp"
#include "worker_log/line_format.hpp"

namespace pilotlight::worker_log {

/// A file of a log, open for reading.
struct LogFileView {
  Fd fd{};
  std::string path;
  struct stat status {};
  std::optional<LogHead> head{};  ///< nullopt: its rows are plain lines
  std::uint64_t begin = 0;        ///< offset of the first line

  Timestamp changed() const {
    return timestamp_from_ms(status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000);
  }
};

/// The page of one call as it grows.
struct LogReader::Filling {
  Page page{};
  std::size_t bytes = 0;  ///< as page_bytes counts
  std::size_t rows = 0;
};

namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr std::size_t line_cost = 128;
/// Rows that one call looks at, wanted or not.
constexpr std::size_t rows_max = 20'000;

Error unreadable(const LogFileView& file) {
  return os_error("cannot read the worker's log " + file.path);
}

/// nullopt: there is no such file, or not yet its first row.
Result<std::optional<LogFileView>> open_file(std::string path) {
  LogFileView file{.path = std::move(path)};
  file.fd = Fd{::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!file.fd && errno == ENOENT) return std::optional<LogFileView>{};
  if (!file.fd || ::fstat(file.fd.get(), &file.status) != 0) return unreadable(file);
  if (!S_ISREG(file.status.st_mode))
    return refusal(Errc::io, "cannot read the worker's log " + file.path + ": it is not a file");
  char begin[head_max];
  const ssize_t got = ::pread(file.fd.get(), begin, sizeof begin, 0);
  if (got < 0) return unreadable(file);
  const std::string_view text(begin, static_cast<std::size_t>(got));
  const std::size_t end = text.find('\n');
  if (end == text.npos && text.size() < head_max) return std::optional<LogFileView>{};
  file.head = parse_head(text.substr(0, end));
  if (file.head) file.begin = end + 1;
  return std::optional(std::move(file));
}

/// Both files of a log as far as they are there, the older first.
Result<std::vector<LogFileView>> open_files(const std::string& path) {
  // When the files change places between the two, the same one is found twice rather than one missed.
  auto newer = open_file(path);
  if (!newer) return newer.error();
  auto older = open_file(path + ".1");
  if (!older) return older.error();
  std::vector<LogFileView> files;
  const bool same = *older && *newer && (*older)->status.st_ino == (*newer)->status.st_ino;
  if (*older && !same) files.push_back(std::move(**older));
  if (*newer) files.push_back(std::move(**newer));
  return files;
}

using TakeRow = std::function<bool(std::string_view row)>;

/// Gives the rows from `offset` on to `take`, until that returns false for one that it did not take; `offset`
/// is then where the rest begins. A row without its line end is not given. Whether the end was reached.
Result<bool> each_row(const LogFileView& file, std::uint64_t& offset, const TakeRow& take) {
  std::string chunk;
  for (;;) {
    chunk.resize(chunk_bytes);
    const ssize_t got = ::pread(file.fd.get(), chunk.data(), chunk.size(), static_cast<off_t>(offset));
    if (got < 0) return unreadable(file);
    chunk.resize(static_cast<std::size_t>(got));
    std::string_view rest = chunk;
    for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
      if (!take(rest.substr(0, end))) return false;
      offset += end + 1;
    }
    if (chunk.size() < chunk_bytes) return true;
    if (rest.size() < chunk_bytes) continue;
    // No row of ours is so long: it is taken in pieces.
    if (!take(rest)) return false;
    offset += rest.size();
  }
}

}  // namespace

LogReader::FileId LogReader::id_of(const LogFileView& file) {
  return file.head ? FileId{file.head->first, 0} : FileId{0, file.status.st_ino};
}

std::optional<LogReader::Seen> LogReader::look() const {
  struct stat now {};
  if (::stat(path_.c_str(), &now) != 0) return std::nullopt;
  return Seen{now.st_ino, now.st_size, now.st_mtim.tv_sec, now.st_mtim.tv_nsec};
}

/// nullopt: no line stands in the row.
std::optional<Line> LogReader::line_in(const LogFileView& file, std::string_view row) {
  if (!file.head) return Line{++counted_, file.changed(), Source::container, std::string(row)};
  const auto parsed = parse_row(row);
  if (!parsed) return std::nullopt;
  counted_ = parsed->number;
  return Line{parsed->number, parsed->at, parsed->source, std::string(parsed->text)};
}

Result<void> LogReader::find_tail(const std::vector<LogFileView>& files) {
  std::deque<std::uint64_t> found;
  for (const LogFileView& file : files) {
    std::uint64_t offset = file.begin;
    const auto whole = each_row(file, offset, [&](std::string_view row) {
      const auto line = line_in(file, row);
      if (line && wanted_.has(line->source, line->at)) found.push_back(line->number);
      if (found.size() > *start_.tail) found.pop_front();
      return true;
    });
    if (!whole) return whole.error();
  }
  position_ = found.empty() ? counted_ : found.front() - 1;
  counted_ = 0;
  return {};
}

/// False: the page is full.
bool LogReader::take(const LogFileView& file, std::string_view row, Filling& filling) {
  if (filling.bytes >= page_bytes || filling.rows >= rows_max) return false;
  ++filling.rows;
  if (file.head && row == end_mark) ended_ = true;
  const std::uint64_t counted = counted_;
  auto line = line_in(file, row);
  if (!line || (position_ && line->number <= *position_)) return true;
  const std::uint64_t lost = position_ ? line->number - *position_ - 1 : 0;
  if (lost > 0 && !filling.page.lines.empty()) {
    counted_ = counted;
    filling.bytes = page_bytes;
    return false;
  }
  filling.page.lost += lost;
  position_ = line->number;
  if (!wanted_.has(line->source, line->at)) return true;
  filling.bytes += line->text.size() + line_cost;
  line->text = printable(line->text);
  filling.page.lines.push_back(std::move(*line));
  return true;
}

Result<LogReader::Page> LogReader::next() {
  Filling filling;
  std::optional<Seen> seen = look();
  if (seen && seen == seen_) {
    filling.page.complete = ended_;
    return std::move(filling.page);
  }
  auto files = open_files(path_);
  if (!files) return files.error();
  if (!begun_) {
    if (start_.after) position_ = start_.after;
    if (start_.tail)
      if (const auto found = find_tail(*files); !found) return found.error();
    begun_ = true;
  }
  auto file = std::find_if(files->begin(), files->end(), [this](const auto& f) { return id_of(f) == at_; });
  if (file == files->end()) file = files->begin();
  for (; file != files->end(); ++file) {
    if (at_ != id_of(*file)) at_ = id_of(*file), offset_ = file->begin;
    const auto whole =
        each_row(*file, offset_, [&](std::string_view row) { return take(*file, row, filling); });
    if (!whole) return whole.error();
    filling.page.more = !*whole;
    if (filling.page.more) return std::move(filling.page);
  }
  seen_ = seen;
  filling.page.complete = ended_;
  return std::move(filling.page);
}

Result<std::optional<LogOwner>> log_owner(const std::string& path) {
  const auto files = open_files(path);
  if (!files) return files.error();
  if (files->empty()) return std::optional<LogOwner>{};
  const std::optional<LogHead>& head = files->back().head;
  return std::optional(head ? head->owner : LogOwner{});
}

}  // namespace pilotlight::worker_log
