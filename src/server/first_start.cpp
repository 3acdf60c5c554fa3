#include "server/first_start.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/secrets.hpp"
#include "base/folder_sync.hpp"

namespace pilotlight::server {
namespace {

constexpr std::size_t key_bytes = 24;
constexpr std::size_t secret_bytes = 32;

}  // namespace

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
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::fchmod(fd, 0600) == 0 &&
                       ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       ::fsync(fd) == 0 && ::rename(draft.c_str(), path.c_str()) == 0 &&
                       sync_folder(std::filesystem::path(path).parent_path());
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (!written) return refusal(Errc::io, "cannot write " + path + ": " + std::strerror(why));
  return {};
}

Result<std::string> worker_secret(const std::string& data_folder) {
  const std::string path = data_folder + "/worker-secret";
  std::string secret = read_secret(path);
  if (!secret.empty()) return secret;
  secret = api::random_hex(secret_bytes);
  if (auto written = write_secret(path, secret); !written) return written.error();
  return secret;
}

Result<Keys> choose_keys(const std::string& data_folder, const std::vector<std::string>& stored_hashes) {
  Keys keys;
  if (const char* given = std::getenv("PILOTLIGHT_API_KEY"); given != nullptr && *given != '\0') {
    keys.hashes = {api::sha256_hex(given)};
  } else if (!stored_hashes.empty()) {
    keys.hashes = stored_hashes;
  } else {
    const std::string path = data_folder + "/api-key";
    std::string key = read_secret(path);
    if (key.empty()) {
      key = keys.fresh_key = "plk_" + api::random_hex(key_bytes);
      if (auto written = write_secret(path, key); !written) return written.error();
    }
    keys.hashes = {api::sha256_hex(key)};
  }
  if (std::find(stored_hashes.begin(), stored_hashes.end(), keys.hashes.front()) == stored_hashes.end())
    keys.fresh_hash = keys.hashes.front();
  return keys;
}

}  // namespace pilotlight::server
