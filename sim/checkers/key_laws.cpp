#include "sim/checkers/key_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

Timestamp KeyLaws::free_from(const Accepted& accepted) const {
  return accepted.at + world_.plan.limits.idempotency_keep;
}

const std::vector<KeyLaws::Accepted>& KeyLaws::under(const EndpointId& endpoint,
                                                     const IdempotencyKey& key) const {
  static const std::vector<Accepted> none;
  const auto at = accepted_.find({endpoint, key.text});
  return at == accepted_.end() ? none : at->second;
}

void KeyLaws::step_ends(const Step& step) {
  const auto* submit = step.is<command::SubmitJob>();
  for (const Record& record : step.records) {
    const auto* saved = std::get_if<record::IdempotencySaved>(&record);
    if (saved == nullptr) continue;
    require(submit != nullptr && submit->idempotency == saved->value.key &&
                submit->endpoint == saved->value.endpoint && submit->id == saved->value.job &&
                saved->value.expires == step.now() + world_.plan.limits.idempotency_keep,
            "S16", "key {} is saved otherwise than it was sent", saved->value.key.text);
  }
  if (submit == nullptr || !submit->idempotency) return;
  const bool taken_in = std::any_of(step.records.begin(), step.records.end(), [submit](const Record& record) {
    const auto* saved = std::get_if<record::JobSaved>(&record);
    return saved != nullptr && saved->value.id == submit->id;
  });
  if (!taken_in) return;
  const IdempotencyKey& key = *submit->idempotency;
  std::vector<Accepted>& all = accepted_[{submit->endpoint, key.text}];
  require(all.empty() || free_from(all.back()) <= step.now(), "S16",
          "key {} names job {} and becomes job {} too", key.text, all.empty() ? submit->id : all.back().job,
          submit->id);
  if (!all.empty()) MARK("sim: key names a new job after its time");
  all.push_back({submit->id, key.body_sha256, step.now(), step.batch.number});
}

void KeyLaws::crashed(std::uint64_t durable) {
  for (auto& [name, all] : accepted_)
    std::erase_if(all, [durable](const Accepted& one) { return one.batch > durable; });
}

void KeyLaws::told(const EndpointId& endpoint, const IdempotencyKey& key, const JobId& job,
                   Timestamp looked) const {
  const std::vector<Accepted>& all = under(endpoint, key);
  const auto named =
      std::find_if(all.begin(), all.end(), [&](const Accepted& one) { return one.job == job; });
  require(named != all.end() && named->batch <= world_.store.disk().durable, "S16",
          "key {} is said to name job {}, which does not have it", key.text, job);
  require(named->body_sha256 == key.body_sha256, "S16", "key {} with {} is said to name job {} of {}",
          key.text, key.body_sha256, job, named->body_sha256);
  require(free_from(*named) > looked, "S16", "key {} still names job {} after its time", key.text, job);
}

void KeyLaws::refused(const EndpointId& endpoint, const IdempotencyKey& key, Timestamp looked) const {
  const std::vector<Accepted>& all = under(endpoint, key);
  const bool cause = std::any_of(all.begin(), all.end(), [&](const Accepted& one) {
    return one.body_sha256 != key.body_sha256 && free_from(one) > looked;
  });
  require(cause, "S16", "key {} is refused and stands for nothing else", key.text);
}

}  // namespace pilotlight::sim
