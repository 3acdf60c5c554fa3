#include "dev/output_tails.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "worker_log/line_format.hpp"

namespace pilotlight::dev {
namespace {

constexpr std::string_view suffix = ".log";

std::vector<std::string> workers_in(const std::string& folder) {
  std::vector<std::string> workers;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::string name = entry->path().filename();
    if (!name.ends_with(suffix)) continue;
    name.resize(name.size() - suffix.size());
    workers.push_back(std::move(name));
  }
  return workers;
}

}  // namespace

OutputTails::OutputTails(std::string folder) : folder_(std::move(folder)) {
  for (const std::string& worker : workers_in(folder_)) {
    Tail& tail = tails_[worker];
    tail.file = Fd{::open((folder_ + "/" + worker + ".log").c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat found {};
    if (tail.file && ::fstat(tail.file.get(), &found) == 0)
      tail.inode = found.st_ino, tail.offset = static_cast<std::uint64_t>(found.st_size);
  }
}

std::vector<OutputSeen> OutputTails::read() {
  std::vector<OutputSeen> lines;
  for (const std::string& worker : workers_in(folder_)) follow(worker, tails_[worker], lines);
  return lines;
}

void OutputTails::follow(const std::string& worker, Tail& tail, std::vector<OutputSeen>& lines) const {
  const std::string path = folder_ + "/" + worker + ".log";
  struct stat present {};
  if (::stat(path.c_str(), &present) != 0) return;
  if (tail.file) read_rest(worker, tail, lines);
  if (tail.inode == present.st_ino) return;
  // The file that was followed is full, and its rest is read: this is the next one.
  tail.file = Fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  tail.inode = present.st_ino;
  tail.offset = 0;
  if (tail.file) read_rest(worker, tail, lines);
}

/// The rest of a row whose beginning was skipped is skipped, too.
void OutputTails::tell(const std::string& worker, std::string_view row, Tail& tail,
                       std::vector<OutputSeen>& lines) {
  if (row.starts_with('#')) return;
  const auto line = worker_log::parse_row(row);
  if (!line) {
    tail.skipped += row.size() + 1;
    return;
  }
  const bool ours = line->source == worker_log::Source::system;
  lines.push_back({worker, (ours ? "pilotlight: " : "") + std::string(line->text), tail.skipped});
  tail.skipped = 0;
}

void OutputTails::read_rest(const std::string& worker, Tail& tail, std::vector<OutputSeen>& lines) const {
  struct stat found {};
  if (::fstat(tail.file.get(), &found) != 0) return;
  const auto size = static_cast<std::uint64_t>(found.st_size);
  if (size > tail.offset + bytes_max) {
    tail.skipped += tail.unfinished.size() + size - bytes_max - tail.offset;
    tail.offset = size - bytes_max;
    tail.unfinished.clear();
  }
  std::string text(size - std::min(size, tail.offset), '\0');
  const ssize_t got = ::pread(tail.file.get(), text.data(), text.size(), static_cast<off_t>(tail.offset));
  if (got <= 0) return;
  tail.offset += static_cast<std::uint64_t>(got);
  text.resize(static_cast<std::size_t>(got));
  tail.unfinished += text;
  std::size_t from = 0;
  for (std::size_t end; (end = tail.unfinished.find('\n', from)) != std::string::npos; from = end + 1)
    tell(worker, std::string_view(tail.unfinished).substr(from, end - from), tail, lines);
  tail.unfinished.erase(0, from);
}

}  // namespace pilotlight::dev
