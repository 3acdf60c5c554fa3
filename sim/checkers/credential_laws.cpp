#include "sim/checkers/credential_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/violation.hpp"

namespace pilotlight::sim {
namespace {

template <class Things, class Id>
const auto* find_in(const Things& things, const Id& id) {
  const auto at = things.find(id);
  return at == things.end() ? nullptr : &at->second;
}

template <class Things, class Thing>
bool has_own_name(const Things& things, const Thing& value) {
  return std::none_of(things.begin(), things.end(), [&value](const auto& entry) {
    return entry.first != value.id && entry.second.name == value.name;
  });
}

void secret_saved(const Step& step, const Image& image, const Secret& after) {
  const auto* save = step.is<command::SaveSecret>();
  require(save != nullptr && save->id == after.id, "S31", "secret {} is saved by itself", after.id);
  require(has_own_name(image.secrets, after), "S31", "two secrets have the name {}", after.name);
  const Secret* before = find_in(image.secrets, after.id);
  require((before == nullptr) == save->create, "S31", "secret {} is made by a change, or made again",
          after.id);
  Secret expected;
  if (before != nullptr) expected = *before;
  if (before == nullptr)
    expected.id = after.id, expected.name = *save->patch.name, expected.created = step.now();
  expected.description = save->patch.description.value_or(expected.description);
  expected.value = save->patch.value.value_or(expected.value);
  require(before == nullptr || expected != *before, "S31", "secret {} is saved as it was", after.id);
  expected.updated = step.now();
  require(expected == after, "S31", "secret {} is saved otherwise than it was sent", after.id);
  if (before != nullptr) MARK("sim: secret changed");
}

void registry_saved(const Step& step, const Image& image, const RegistryCredential& after) {
  const auto* save = step.is<command::SaveRegistry>();
  require(save != nullptr && save->id == after.id, "S31", "registry {} is saved by itself", after.id);
  require(has_own_name(image.registries, after), "S31", "two registries have the name {}", after.name);
  const RegistryCredential* before = find_in(image.registries, after.id);
  require((before == nullptr) == save->create, "S31", "registry {} is made by a change, or made again",
          after.id);
  RegistryCredential expected;
  if (before != nullptr) expected = *before;
  if (before == nullptr) expected.id = after.id, expected.created = step.now();
  expected.name = save->patch.name.value_or(expected.name);
  expected.username = save->patch.username.value_or(expected.username);
  expected.password = save->patch.password.value_or(expected.password);
  require(before == nullptr || expected != *before, "S31", "registry {} is saved as it was", after.id);
  require(expected == after, "S31", "registry {} is saved otherwise than it was sent", after.id);
}

void registry_removed(const Image& image, const RegistryId& id) {
  for (const auto& [key, value] : image.templates) {
    if (value.container_registry_auth_id != id.view()) continue;
    const auto* owner = value.bound_endpoint.empty() ? nullptr : image.endpoint(value.bound_endpoint);
    require(owner != nullptr && owner->deleting, "S31", "registry {} goes before template {}", id, key);
  }
}

template <class Told, class Things>
void is_as_saved(const Told& answered, const Things& things, bool all, const char* what) {
  require(!all || answered.size() == things.size(), "S31", "{} {} are listed of {}", answered.size(), what,
          things.size());
  for (const auto& one : answered) {
    const auto* saved = find_in(things, one->id);
    require(saved != nullptr && *saved == *one, "S31", "{} are told otherwise than saved: {}", what, one->id);
  }
}

}  // namespace

void CredentialLaws::recorded(const Step& step, const Image& image, const Record& any) {
  if (const auto* secret = std::get_if<record::SecretSaved>(&any))
    secret_saved(step, image, secret->value);
  else if (const auto* registry = std::get_if<record::RegistrySaved>(&any))
    registry_saved(step, image, registry->value);
  else if (const auto* removed = std::get_if<record::RegistryRemoved>(&any))
    registry_removed(image, removed->id);
}

void CredentialLaws::step_ends(const Step& step, const Image& image) {
  const auto* read = step.is<command::ReadRegistries>();
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    if (reply == nullptr) continue;
    if (const auto* secrets = std::get_if<answer::Secrets>(&reply->answer))
      is_as_saved(secrets->secrets, image.secrets, step.is<command::ReadSecrets>() != nullptr, "secrets");
    if (const auto* registries = std::get_if<answer::Registries>(&reply->answer))
      is_as_saved(registries->registries, image.registries, read != nullptr && !read->only, "registries");
  }
}

void CredentialLaws::released(const Effect& effect) {
  if (const auto* publish = std::get_if<effect::PublishSecret>(&effect))
    published_[publish->secret->id] = *publish->secret;
  else if (const auto* withdraw = std::get_if<effect::WithdrawSecret>(&effect))
    published_.erase(withdraw->id);
}

void CredentialLaws::all_released(const Image& disk) const {
  require(published_ == disk.secrets, "S32", "workers are started with {} secrets, and {} others are on disk",
          published_.size(), disk.secrets.size());
}

}  // namespace pilotlight::sim
