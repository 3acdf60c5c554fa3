#include "base/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/folder_sync.hpp"

namespace pilotlight {

std::string read_secret(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Result<void> write_secret(const std::string& path, const std::string& content) {
  const std::string draft = path + ".new", line = content + "\n";
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::fchmod(fd, 0600) == 0 &&
                       ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       ::fsync(fd) == 0 && ::rename(draft.c_str(), path.c_str()) == 0 &&
                       sync_folder(folder.empty() ? "." : folder.string());
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (written) return {};
  ::unlink(draft.c_str());
  return refusal(why == ENOSPC ? Errc::no_space : Errc::io,
                 "cannot write " + path + ": " + std::strerror(why));
}

}  // namespace pilotlight
