#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/credentials/secret.hpp"

namespace pilotlight::service {

/// The secrets with which workers are started: those of which the server knows that they are on disk. Any
/// thread.
class SealedSecrets {
 public:
  using Shared = std::shared_ptr<const Secret>;

  /// Puts these secrets in the place of all.
  void publish_all(const std::vector<Shared>& secrets);
  /// Adds a secret, or puts it in the place of the one with its id.
  void publish(Shared secret);
  void withdraw(const SecretId& id);

  /// Null: there is none.
  Shared named(std::string_view name) const;

 private:
  void put(Shared secret);
  void remove(const SecretId& id);

  mutable std::mutex mutex_;
  std::map<SecretId, Shared> secrets_;
  std::map<std::string, Shared, std::less<>> names_;
};

}  // namespace pilotlight::service
