#include "worker_log/log_file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

namespace pilotlight::worker_log {

LogFile::LogFile(std::string path, std::uint64_t size_max) : path_(std::move(path)), size_max_(size_max) {}

void LogFile::open_new() {
  size_ = 0;
  file_ = Fd{::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

void LogFile::append(std::string_view lines) {
  if (size_ > 0 && size_ + lines.size() > size_max_) {
    file_.reset();
    std::rename(path_.c_str(), (path_ + ".1").c_str());
  }
  if (!file_) open_new();
  while (file_ && !lines.empty()) {
    const ssize_t wrote = ::write(file_.get(), lines.data(), lines.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    size_ += static_cast<std::uint64_t>(wrote);
    lines.remove_prefix(static_cast<std::size_t>(wrote));
  }
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
