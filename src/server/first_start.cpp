#include "server/first_start.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/secret_file.hpp"
#include "service/secrets.hpp"
#include "webhook/signature.hpp"

namespace pilotlight::server {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t key_length_min = 16, key_length_max = 1024;
constexpr std::string_view webhook_secret_prefix = "whsec_";

std::string key_path(const std::string& data_folder) {
  return data_folder + "/api-key";
}

/// As systemd.exec(5) has it: $JOURNAL_STREAM is DEVICE:INODE of the output that goes there.
bool is_journal(int fd) {
  const char* journal = std::getenv("JOURNAL_STREAM");
  struct stat output {};
  return journal != nullptr && ::fstat(fd, &output) == 0 &&
         journal == std::to_string(output.st_dev) + ":" + std::to_string(output.st_ino);
}

}  // namespace

Result<std::string> worker_secret(const std::string& data_folder) {
  const std::string path = data_folder + "/worker-secret";
  std::string secret = read_secret(path);
  if (!secret.empty()) return secret;
  secret = service::random_hex(secret_bytes);
  if (auto written = write_secret(path, secret); !written) return written.error();
  return secret;
}

std::optional<std::string> webhook_key(std::string_view text) {
  if (!text.starts_with(webhook_secret_prefix)) return std::nullopt;
  auto key = webhook::from_base64(text.substr(webhook_secret_prefix.size()));
  if (key && key->empty()) return std::nullopt;
  return key;
}

Result<std::string> webhook_secret(const std::string& data_folder, const std::string& given) {
  const std::string path = data_folder + "/webhook-secret";
  std::string text = given.empty() ? read_secret(path) : given;
  if (text.empty()) {
    text = std::string(webhook_secret_prefix) + webhook::base64(service::random_bytes(secret_bytes));
    if (auto written = write_secret(path, text); !written) return written.error();
  }
  const auto key = webhook_key(text);
  if (!key) return refusal(Errc::invalid, path + " must hold whsec_ and a key in base64");
  return *key;
}

std::string key_problem(std::string_view key) {
  const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (visible && key.size() >= key_length_min && key.size() <= key_length_max) return {};
  return "a key has " + std::to_string(key_length_min) + " to " + std::to_string(key_length_max) +
         " visible ASCII characters and no spaces; openssl rand -hex 24 makes one";
}

Result<Key> choose_key(const std::string& data_folder, const std::string& stored_hash) {
  Key key;
  if (const char* given = std::getenv("PILOTLIGHT_API_KEY"); given != nullptr && *given != '\0') {
    key.hash = service::sha256_hex(given);
  } else if (!stored_hash.empty()) {
    key.hash = stored_hash;
  } else {
    const std::string path = key_path(data_folder);
    std::string text = read_secret(path);
    if (text.empty()) {
      text = key.fresh_key = service::fresh_api_key();
      if (auto written = write_secret(path, text); !written) return written.error();
    } else if (const std::string problem = key_problem(text); !problem.empty()) {
      return refusal(Errc::invalid, path + ": " + problem);
    }
    key.hash = service::sha256_hex(text);
  }
  key.remember = key.hash != stored_hash;
  return key;
}

void show_key(const std::string& data_folder, const std::string& fresh_key) {
  if (is_journal(STDOUT_FILENO))
    std::printf("API key: in %s\n", key_path(data_folder).c_str());
  else
    std::printf("API key (shown once, kept in %s): %s\n", key_path(data_folder).c_str(), fresh_key.c_str());
  std::fflush(stdout);
}

void remove_stale_key(const std::string& data_folder, const Key& key) {
  const std::string path = key_path(data_folder);
  const std::string text = read_secret(path);
  if (!text.empty() && service::sha256_hex(text) != key.hash) ::unlink(path.c_str());
}

}  // namespace pilotlight::server
