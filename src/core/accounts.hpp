#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/accounts/api_key.hpp"
#include "domain/sums_fwd.hpp"

namespace pilotlight::core {

/// The API keys that there are, and what the account's user has set.
class Accounts {
 public:
  using Key = std::shared_ptr<const ApiKey>;

  /// Null if there is none.
  Key find(const ApiKeyId& id) const;
  /// As answer::ApiKeys has them.
  std::vector<Key> keys() const;
  std::size_t size() const { return keys_.size(); }
  /// Adds the key, or puts it in the place of the one with its id.
  Key put(ApiKey value);
  void remove(const ApiKeyId& id) { keys_.erase(id); }

  void put(AccountSettings settings);
  /// Null: none was set.
  std::shared_ptr<const std::string> public_key() const { return public_key_; }

  /// Takes a record of an account back after a restart; nothing for other records.
  void restore(const Record& record);

 private:
  std::map<ApiKeyId, Key> keys_;
  std::shared_ptr<const std::string> public_key_;
};

}  // namespace pilotlight::core
