#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/credentials/sealed.hpp"

namespace pilotlight::service {

/// Overwrites a text that nobody shall read any more, and empties it.
void wipe(std::string& text);

/// Seals texts with the key in a file, and opens them: secretbox of libsodium (XSalsa20 and Poly1305), with
/// a random nonce for each text. The first text that is sealed makes the file, unless it is there. Any
/// thread; sealing may wait for the disk.
class Sealing {
 public:
  explicit Sealing(std::string key_file);
  ~Sealing();
  Sealing(const Sealing&) = delete;
  Sealing& operator=(const Sealing&) = delete;

  /// Reads the key if its file is there. `sealed`: everything that is stored. Logs what of it cannot be
  /// opened. Error: the file holds no key, or other users can read or change it.
  Result<void> start(const std::vector<const Sealed*>& sealed);

  /// Error: there is no key and none can be made, because the disk refuses it, or because stored texts need
  /// the one that was lost.
  Result<Sealed> seal(std::string_view text);
  /// Error: there is no key, or the text was sealed with another.
  Result<std::string> open(const Sealed& sealed);

 private:
  using Key = std::array<unsigned char, 32>;

  /// Reads the file unless the key is known. False: there is no file.
  Result<bool> find_key();
  Result<void> make_key();

  const std::string key_file_;
  /// Held while the file is read or written, so that two threads do not make two keys.
  std::mutex mutex_;
  std::optional<Key> key_;
  bool lost_ = false;  ///< stored texts were sealed with a key whose file was missing at the start
};

}  // namespace pilotlight::service
