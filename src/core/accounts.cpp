#include "core/accounts.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "domain/record.hpp"

namespace pilotlight::core {

Accounts::Key Accounts::find(const ApiKeyId& id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second;
}

std::vector<Accounts::Key> Accounts::keys() const {
  std::vector<Key> all;
  all.reserve(keys_.size());
  for (const auto& [id, key] : keys_) all.push_back(key);
  std::sort(all.begin(), all.end(), [](const Key& a, const Key& b) {
    const bool a_later = a->id != first_key, b_later = b->id != first_key;
    return std::tie(a_later, a->made, a->id) < std::tie(b_later, b->made, b->id);
  });
  return all;
}

Accounts::Key Accounts::put(ApiKey value) {
  const ApiKeyId id = value.id;
  return keys_[id] = std::make_shared<const ApiKey>(std::move(value));
}

void Accounts::put(AccountSettings settings) {
  public_key_ = std::make_shared<const std::string>(std::move(settings.public_key));
}

void Accounts::restore(const Record& any) {
  if (const auto* first = std::get_if<record::ApiKeySaved>(&any))
    put(first->value());
  else if (const auto* saved = std::get_if<record::KeySaved>(&any))
    put(saved->value);
  else if (const auto* removed = std::get_if<record::KeyRemoved>(&any))
    remove(removed->id);
  else if (const auto* account = std::get_if<record::AccountSaved>(&any))
    put(account->value);
}

}  // namespace pilotlight::core
