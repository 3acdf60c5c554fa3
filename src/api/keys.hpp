#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/accounts/api_key.hpp"
#include "net/message.hpp"
#include "ports/clock.hpp"

namespace pilotlight::api {

/// The key behind "Bearer " in the header Authorization, without spaces around it; nullopt: the header does
/// not begin with that word.
std::optional<std::string_view> bearer_token(std::string_view authorization);

/// The account of a request whose key opens its door. There is one account so far.
class Account {
 public:
  AccountId id() const { return id_; }

 private:
  friend class ApiKeys;
  Account(AccountId id, const ApiKeyId& key, std::uint64_t version) : id_(id), key_(key), version_(version) {}

  AccountId id_;
  ApiKeyId key_;
  std::uint64_t version_;  ///< that of the set which accepted the key
};

/// The API keys that are accepted, known only by their hashes. Any thread. A change makes a new immutable
/// set; each thread keeps the newest that it has seen, so that judging a request takes no lock.
class ApiKeys {
 public:
  /// Called with the key of an accepted request, for each key at least once an hour and rarely more often;
  /// on any thread.
  using NoteUse = std::function<void(const ApiKeyId&)>;
  /// `clock` outlives the keys.
  explicit ApiKeys(Clock& clock, NoteUse note_use = {});
  ~ApiKeys();

  enum class Verdict : std::uint8_t {
    accepted,
    absent,
    wrong,
    role,      ///< a key of the role jobs at a door of the role all
    endpoint,  ///< a key of the role jobs that does not name the endpoint in the path
  };
  /// `door`: what the door asks for. At a door of the role jobs the path is /v2/ENDPOINT/…. Looks at
  /// `Authorization: Bearer KEY`, `Authorization: KEY`, then `?api_key=KEY`.
  Verdict judge(const net::Request& request, KeyRole door) const;
  /// Whose key it is; nullopt if it is not accepted.
  std::optional<Account> account_of(const net::Request& request, KeyRole door) const;
  /// The account's key was not revoked since.
  bool still_accepts(const Account& account) const;
  /// SHA-256 of the key that it looks at as hexadecimal digits, until the thread's next call; empty if there
  /// is none.
  static std::string_view hash_of(const net::Request& request);

  /// Puts these keys in the place of all.
  void publish_all(const std::vector<ApiKey>& keys);
  /// Adds a key, or puts it in the place of the one with its id.
  void publish(const ApiKey& key);
  void withdraw(const ApiKeyId& id);

 private:
  struct Entry;
  using Set = std::vector<std::shared_ptr<Entry>>;
  struct Seen;

  static Seen& seen();
  const Entry* entry_of(const net::Request& request) const;
  void refresh(Seen& seen) const;
  void note(Entry& entry) const;
  static bool before(const std::shared_ptr<Entry>& a, const std::shared_ptr<Entry>& b);
  Set without(const ApiKeyId& id) const;
  void replace(Set set);

  Clock& clock_;
  const NoteUse note_use_;
  /// Number of the newest set: that of no other set in the process.
  std::atomic<std::uint64_t> version_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Set> set_;  ///< in the order of `before`
};

}  // namespace pilotlight::api
