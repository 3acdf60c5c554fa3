#include "sim/checkers/account_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

/// Keys are published without their use.
bool same_but_for_use(ApiKey a, const ApiKey& b) {
  a.used = b.used;
  return a == b;
}

const ApiKey* key_in(const Image& image, const ApiKeyId& id) {
  const auto at = image.keys.find(id);
  return at == image.keys.end() ? nullptr : &at->second;
}

}  // namespace

void AccountLaws::recorded(const Step& step, const Image& image, const Record& any) const {
  const auto* first = std::get_if<record::ApiKeySaved>(&any);
  const auto* later = std::get_if<record::KeySaved>(&any);
  if (first == nullptr && later == nullptr) return;
  const ApiKey key = first != nullptr ? first->value() : later->value;
  const ApiKey* before = key_in(image, key.id);
  require(key.used <= step.now() && key.used.time_since_epoch() % key_use_grain == milliseconds{0}, "S30",
          "key {} is used at {} ms, which is no hour, or not yet", key.id, to_ms(key.used));
  if (step.is<command::NoteKeyUse>() != nullptr) {
    require(before != nullptr && key.used > before->used && same_but_for_use(key, *before), "S30",
            "a use of key {} is saved twice, or as an earlier one, or changes the key", key.id);
    MARK("sim: use of a key is saved");
  } else if (later != nullptr) {
    require(before == nullptr && image.keys.size() < api_keys_max, "S30", "key {} is made again", key.id);
  }
}

void AccountLaws::step_ends(const Step& step, const Image& image) const {
  const auto* read = step.is<command::ReadApiKeys>();
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    if (reply == nullptr) continue;
    if (const auto* keys = std::get_if<answer::ApiKeys>(&reply->answer))
      told(image, *keys, read != nullptr && !read->only);
    if (const auto* revoke = step.is<command::RevokeApiKey>();
        revoke != nullptr && std::holds_alternative<answer::Acknowledged>(reply->answer))
      require(key_in(image, revoke->id) == nullptr, "S30", "key {} is revoked and still there", revoke->id);
  }
}

void AccountLaws::told(const Image& image, const answer::ApiKeys& answer, bool all) const {
  require(!all || answer.keys.size() == image.keys.size(), "S30", "{} keys are listed of {}",
          answer.keys.size(), image.keys.size());
  for (const auto& key : answer.keys) {
    const ApiKey* saved = key_in(image, key->id);
    require(saved != nullptr && *saved == *key, "S30", "key {} is told otherwise than saved", key->id);
  }
}

void AccountLaws::released(const Effect& effect) {
  if (const auto* publish = std::get_if<effect::PublishKey>(&effect))
    published_[publish->key->id] = *publish->key;
  else if (const auto* withdraw = std::get_if<effect::WithdrawKey>(&effect))
    published_.erase(withdraw->id);
}

void AccountLaws::all_released(const Image& disk) const {
  const bool same = std::equal(published_.begin(), published_.end(), disk.keys.begin(), disk.keys.end(),
                               [](const auto& a, const auto& b) {
                                 return a.first == b.first && same_but_for_use(a.second, b.second);
                               });
  require(same, "S30", "the doors accept {} keys, and {} others are on disk", published_.size(),
          disk.keys.size());
}

}  // namespace pilotlight::sim
