#include "service/credentials/sealed_secrets.hpp"

#include <utility>

namespace pilotlight::service {

void SealedSecrets::publish_all(const std::vector<Shared>& secrets) {
  const std::lock_guard lock(mutex_);
  secrets_.clear();
  names_.clear();
  for (const Shared& secret : secrets) put(secret);
}

void SealedSecrets::publish(Shared secret) {
  const std::lock_guard lock(mutex_);
  remove(secret->id);
  put(std::move(secret));
}

void SealedSecrets::withdraw(const SecretId& id) {
  const std::lock_guard lock(mutex_);
  remove(id);
}

SealedSecrets::Shared SealedSecrets::named(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

void SealedSecrets::put(Shared secret) {
  names_[secret->name] = secret;
  secrets_[secret->id] = std::move(secret);
}

void SealedSecrets::remove(const SecretId& id) {
  const auto found = secrets_.find(id);
  if (found == secrets_.end()) return;
  names_.erase(found->second->name);
  secrets_.erase(found);
}

}  // namespace pilotlight::service
