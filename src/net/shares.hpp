#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/byte_budget.hpp"

namespace pilotlight::net {

/// What one caller may have outstanding; beyond it, its requests wait unread.
struct Share {
  Share(ByteCount bytes_max, std::uint32_t calls_max) : bytes(bytes_max), calls(calls_max) {}

  ByteBudget bytes;  ///< request bodies in memory
  ByteBudget calls;  ///< that are handled, parked ones too; each is charged 1
};

/// The shares of all callers, found by name; each lives while somebody holds it. Any thread; outlives the
/// shares.
class Shares {
 public:
  Shares(ByteCount bytes_max, std::uint32_t calls_max) : bytes_max_(bytes_max), calls_max_(calls_max) {}

  std::shared_ptr<Share> of(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<Share>& known = by_name_[name];
    if (auto share = known.lock()) return share;
    std::shared_ptr<Share> made(new Share(bytes_max_, calls_max_), [this, name](Share* share) {
      forget(name);
      delete share;
    });
    known = made;
    return made;
  }

  /// Forgets who waits for a share's bytes or calls: none of them is called.
  void forget_waiting() {
    std::vector<std::shared_ptr<Share>> held;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [name, known] : by_name_) held.push_back(known.lock());
    }
    for (const auto& share : held) {
      if (!share) continue;
      share->bytes.forget_waiting();
      share->calls.forget_waiting();
    }
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return by_name_.size();
  }

 private:
  /// Unless another share has taken the name meanwhile.
  void forget(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    if (found != by_name_.end() && found->second.expired()) by_name_.erase(found);
  }

  const ByteCount bytes_max_;
  const std::uint32_t calls_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<Share>> by_name_;
};

/// One call of a share, given back when it ends.
class Call {
 public:
  explicit Call(std::shared_ptr<Share> share) : share_(std::move(share)) {}
  ~Call() {
    if (share_) share_->calls.give_back(1);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  const std::shared_ptr<Share> share_;
};

}  // namespace pilotlight::net
