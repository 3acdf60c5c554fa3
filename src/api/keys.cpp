#include "api/keys.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>
#include <utility>

#include "net/handler.hpp"
#include "service/secrets.hpp"

namespace pilotlight::api {
namespace {

using service::same_secret;

std::uint64_t next_version() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::string_view without_spaces(std::string_view value) {
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return value;
}

/// The endpoint in the path; empty if there is none.
EndpointId endpoint_of(const net::Request& request) {
  const auto parts = net::captures("/v2/{}", request.path);
  return parts.empty() ? EndpointId() : EndpointId::parse(parts.front()).value_or(EndpointId());
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view bearer = "Bearer ";
  if (authorization.size() < bearer.size() ||
      ::strncasecmp(authorization.data(), bearer.data(), bearer.size()) != 0)
    return std::nullopt;
  return without_spaces(authorization.substr(bearer.size()));
}

struct ApiKeys::Entry {
  explicit Entry(ApiKey value) : key(std::move(value)), noted(to_ms(key.used) / key_use_grain.count()) {}

  const ApiKey key;
  std::atomic<std::int64_t> noted;  ///< hour in which a use was noted last
};

/// The last set of keys and the last key that a thread has seen: most requests come with the key of the one
/// before.
struct ApiKeys::Seen {
  std::string key, hash;
  std::uint64_t version = 0;  ///< the set's; 0: none
  std::shared_ptr<const Set> set;
  std::optional<Entry*> entry;  ///< the set's for that hash, or null; nullopt: not looked up
};

ApiKeys::Seen& ApiKeys::seen() {
  thread_local Seen seen;
  return seen;
}

ApiKeys::ApiKeys(Clock& clock, NoteUse note_use)
    : clock_(clock),
      note_use_(std::move(note_use)),
      version_(next_version()),
      set_(std::make_shared<const Set>()) {}

ApiKeys::~ApiKeys() = default;

std::string_view ApiKeys::hash_of(const net::Request& request) {
  Seen& last = seen();
  std::string in_query;
  const std::string_view header = request.authorization;
  std::string_view key = bearer_token(header).value_or(without_spaces(header));
  if (key.empty()) key = in_query = request.parameter("api_key").value_or(std::string());
  if (key.empty()) return {};
  if (!same_secret(key, last.key)) {
    last.hash = service::sha256_hex(key);
    last.key = key;
    last.entry.reset();
  }
  return last.hash;
}

void ApiKeys::refresh(Seen& seen) const {
  if (seen.version == version_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  seen.version = version_.load(std::memory_order_relaxed);
  seen.set = set_;
  seen.entry.reset();
}

/// Null: the key is not accepted.
const ApiKeys::Entry* ApiKeys::entry_of(const net::Request& request) const {
  const std::string_view hash = hash_of(request);
  if (hash.empty()) return nullptr;
  Seen& last = seen();
  refresh(last);
  if (!last.entry) {
    const auto found = std::lower_bound(
        last.set->begin(), last.set->end(), hash,
        [](const auto& entry, std::string_view wanted) { return entry->key.sha256_hex < wanted; });
    const bool known = found != last.set->end() && same_secret((*found)->key.sha256_hex, hash);
    last.entry = known ? found->get() : nullptr;
  }
  return *last.entry;
}

ApiKeys::Verdict ApiKeys::judge(const net::Request& request, KeyRole door) const {
  const Entry* entry = entry_of(request);
  if (entry == nullptr) return hash_of(request).empty() ? Verdict::absent : Verdict::wrong;
  if (entry->key.role == KeyRole::all) return Verdict::accepted;
  if (door == KeyRole::all) return Verdict::role;
  if (!entry->key.endpoints) return Verdict::accepted;
  return entry->key.names(endpoint_of(request)) ? Verdict::accepted : Verdict::endpoint;
}

std::optional<Account> ApiKeys::account_of(const net::Request& request, KeyRole door) const {
  if (judge(request, door) != Verdict::accepted) return std::nullopt;
  const Seen& last = seen();
  note(**last.entry);
  const ApiKey& key = (*last.entry)->key;
  return Account(key.account, key.id, last.version);
}

bool ApiKeys::still_accepts(const Account& account) const {
  if (account.version_ == version_.load(std::memory_order_acquire)) return true;
  Seen& last = seen();
  refresh(last);
  return std::any_of(last.set->begin(), last.set->end(),
                     [&account](const auto& entry) { return entry->key.id == account.key_; });
}

void ApiKeys::note(Entry& entry) const {
  if (!note_use_) return;
  const std::int64_t hour = to_ms(clock_.now()) / key_use_grain.count();
  std::int64_t noted = entry.noted.load(std::memory_order_relaxed);
  if (noted >= hour || !entry.noted.compare_exchange_strong(noted, hour)) return;
  note_use_(entry.key.id);
}

/// By hash. If the first key was given as the text of another key, it is the first that counts.
bool ApiKeys::before(const std::shared_ptr<Entry>& a, const std::shared_ptr<Entry>& b) {
  const bool a_later = a->key.id != first_key, b_later = b->key.id != first_key;
  return std::tie(a->key.sha256_hex, a_later, a->key.id) < std::tie(b->key.sha256_hex, b_later, b->key.id);
}

void ApiKeys::publish_all(const std::vector<ApiKey>& keys) {
  Set set;
  for (const ApiKey& key : keys) set.push_back(std::make_shared<Entry>(key));
  std::sort(set.begin(), set.end(), before);
  const std::lock_guard lock(mutex_);
  replace(std::move(set));
}

void ApiKeys::publish(const ApiKey& key) {
  const auto entry = std::make_shared<Entry>(key);
  const std::lock_guard lock(mutex_);
  Set set = without(key.id);
  set.insert(std::upper_bound(set.begin(), set.end(), entry, before), entry);
  replace(std::move(set));
}

void ApiKeys::withdraw(const ApiKeyId& id) {
  const std::lock_guard lock(mutex_);
  replace(without(id));
}

ApiKeys::Set ApiKeys::without(const ApiKeyId& id) const {
  Set set;
  set.reserve(set_->size() + 1);
  for (const auto& entry : *set_)
    if (entry->key.id != id) set.push_back(entry);
  return set;
}

void ApiKeys::replace(Set set) {
  set_ = std::make_shared<const Set>(std::move(set));
  version_.store(next_version(), std::memory_order_release);
}

}  // namespace pilotlight::api
