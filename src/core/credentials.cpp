#include "core/credentials.hpp"

#include "domain/record.hpp"

namespace pilotlight::core {

void Credentials::restore(const Record& any) {
  if (const auto* registry = std::get_if<record::RegistrySaved>(&any))
    registries.put(registry->value);
  else if (const auto* no_registry = std::get_if<record::RegistryRemoved>(&any))
    registries.remove(no_registry->id);
  else if (const auto* secret = std::get_if<record::SecretSaved>(&any))
    secrets.put(secret->value);
  else if (const auto* no_secret = std::get_if<record::SecretRemoved>(&any))
    secrets.remove(no_secret->id);
}

}  // namespace pilotlight::core
