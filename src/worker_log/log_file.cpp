#include "worker_log/log_file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "worker_log/line_format.hpp"

namespace pilotlight::worker_log {

LogFile::LogFile(std::string path, std::uint64_t size_max, LogOwner owner)
    : path_(std::move(path)), size_max_(size_max), owner_(owner) {}

/// A file without its head is left for the next append to begin.
void LogFile::begin_file(std::uint64_t first) {
  size_ = 0;
  torn_ = false;
  file_ = Fd{::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!write(head_row({owner_, first}))) file_.reset();
}

void LogFile::append(std::string_view rows, std::uint64_t first) {
  if (file_ && size_ + rows.size() > size_max_) {
    file_.reset();
    std::rename(path_.c_str(), (path_ + ".1").c_str());
  }
  if (!file_) begin_file(first);
  if (torn_) torn_ = !write("\n");
  if (!torn_) torn_ = !write(rows);
}

bool LogFile::write(std::string_view bytes) {
  while (file_ && !bytes.empty()) {
    const ssize_t wrote = ::write(file_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    size_ += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return bytes.empty();
}

void prune_folder(const std::string& folder, std::size_t files_max,
                  const std::function<bool(std::string_view name)>& in_use) {
  namespace fs = std::filesystem;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (in_use(it->path().filename().string())) continue;
    std::error_code ignored;
    files.emplace_back(it->last_write_time(ignored), it->path());
  }
  if (files.size() <= files_max) return;
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i + files_max < files.size(); ++i) fs::remove(files[i].second, failed);
}

}  // namespace pilotlight::worker_log
