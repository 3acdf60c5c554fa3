#include "service/credentials/sealing.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/assert.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/secret_file.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t key_digits = 2 * crypto_secretbox_KEYBYTES;
constexpr std::size_t frame = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// The reason why a file that is there must not hold the key; empty if it may.
std::string objection(const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return "is no file";
  if (file.st_uid != ::geteuid() && file.st_uid != 0)
    return "belongs to another user, who could change it; make it your own with chown";
  if ((file.st_mode & 077) != 0) return "can be read or changed by other users; run chmod 600 on it";
  return {};
}

/// The first bytes of the file, more than a key has.
std::string beginning_of(int file) {
  std::string text(key_digits + 3, '\0');
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

}  // namespace

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Sealing::Sealing(std::string key_file) : key_file_(std::move(key_file)) {
  static_assert(sizeof(Key) == crypto_secretbox_KEYBYTES);
  const bool ready = sodium_init() >= 0;
  ASSERT(ready);
}

Sealing::~Sealing() {
  if (key_) sodium_memzero(key_->data(), key_->size());
}

Result<bool> Sealing::find_key() {
  if (key_) return true;
  const auto unusable = [this](const std::string& why) {
    return refusal(Errc::unavailable, "the secret key in " + key_file_ + " " + why);
  };
  const Fd file(::open(key_file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return false;
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
    return unusable(std::string("cannot be read: ") + std::strerror(errno));
  if (const std::string why = objection(status); !why.empty()) return unusable(why);
  std::string text = beginning_of(file.get());
  Key key;
  std::size_t size = 0;
  const bool whole = text.size() == key_digits && sodium_hex2bin(key.data(), key.size(), text.data(),
                                                                 text.size(), nullptr, &size, nullptr) == 0;
  wipe(text);
  if (!whole || size != key.size())
    return unusable("must be " + std::to_string(key_digits) +
                    " hexadecimal digits and nothing else; put the file back as it was made");
  key_ = key;
  sodium_memzero(key.data(), key.size());
  return true;
}

Result<void> Sealing::make_key() {
  Key key;
  crypto_secretbox_keygen(key.data());
  std::string text(key_digits + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
  text.pop_back();
  const auto written = write_secret(key_file_, text);
  wipe(text);
  if (written) key_ = key;
  sodium_memzero(key.data(), key.size());
  if (!written)
    return refusal(written.error().code, "the secret key could not be stored: " + written.error().message);
  log::info("secret_key_made file={}", key_file_);
  return {};
}

Result<void> Sealing::start(const std::vector<const Sealed*>& sealed) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = find_key();
    if (!found) return found.error();
    lost_ = !*found && !sealed.empty();
    if (lost_) log::error("secret_key_missing file={} sealed={}", key_file_, sealed.size());
    if (!*found) return {};
  }
  const auto closed = std::count_if(sealed.begin(), sealed.end(), [this](const Sealed* one) {
    Result<std::string> text = open(*one);
    if (text) wipe(*text);
    return !text;
  });
  if (closed > 0)
    log::error("secret_key_of_others file={} sealed={} cannot_be_opened={}", key_file_, sealed.size(),
               closed);
  return {};
}

Result<Sealed> Sealing::seal(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto found = find_key();
  if (!found) return found.error();
  if (!*found && lost_)
    return refusal(
        Errc::unavailable,
        "the file " + key_file_ +
            " with the secret key is missing, and stored secrets or passwords were sealed with it; put "
            "the file back, or delete them all and start the server again");
  if (!*found)
    if (const auto made = make_key(); !made) return made.error();
  Sealed sealed;
  sealed.bytes.resize(frame + text.size());
  unsigned char* const nonce = bytes_of(sealed.bytes);
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, bytes_of(text), text.size(), nonce,
                        key_->data());
  return sealed;
}

Result<std::string> Sealing::open(const Sealed& sealed) {
  const std::lock_guard lock(mutex_);
  const auto found = find_key();
  if (!found) return found.error();
  if (!*found) return refusal(Errc::unavailable, "the file " + key_file_ + " with the secret key is missing");
  std::string text(sealed.bytes.size() < frame ? 0 : sealed.bytes.size() - frame, '\0');
  const unsigned char* const nonce = bytes_of(std::string_view(sealed.bytes));
  const bool opened =
      sealed.bytes.size() >= frame &&
      crypto_secretbox_open_easy(bytes_of(text), nonce + crypto_secretbox_NONCEBYTES,
                                 sealed.bytes.size() - crypto_secretbox_NONCEBYTES, nonce, key_->data()) == 0;
  if (!opened) return refusal(Errc::corrupt, "it was sealed with another key than that in " + key_file_);
  return text;
}

}  // namespace pilotlight::service
