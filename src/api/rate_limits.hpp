#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/with_key.hpp"

namespace pilotlight::api {

/// All requests of REST v2. This operation alone may have several limits, one for each time.
inline constexpr std::string_view management_operation = "management";

/// A bound on the calls of an operation with one key on one endpoint; of the operation "management", on those
/// with one key on all endpoints together.
struct RateLimit {
  std::string operation;             ///< the path's word, such as "run"
  std::uint32_t count = 0;           ///< at once, and in …
  std::chrono::milliseconds per{0};  ///< … each such time
  std::uint32_t concurrent = 0;      ///< calls under way at a time; 0: no bound
};

/// Counts calls by name. Any thread.
class RateCounter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Verdict { admitted, too_often, too_many };
  struct Answer {
    Verdict verdict = Verdict::admitted;
    std::chrono::microseconds wait{0};  ///< too_often: until the next would be admitted
  };

  /// An admitted call is under way until `end`.
  Answer begin(const std::string& name, const RateLimit& limit, Time now);
  void end(const std::string& name);

  struct Standing {
    std::uint32_t left = 0;              ///< calls that would be admitted at once
    std::chrono::microseconds whole{0};  ///< until these are as many as the limit allows
  };
  Standing standing(const std::string& name, const RateLimit& limit, Time now) const;

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Time full{};  ///< when all calls that were admitted have been paid for
    std::uint32_t under_way = 0;
  };
  void forget_idle(Time now);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::size_t forget_at_ = 1'000;
};

/// The same routes, whose operations are refused with 429 beyond their limits.
std::vector<AccountRoute> with_rate_limits(const std::vector<RateLimit>& limits,
                                           std::vector<AccountRoute> routes);

}  // namespace pilotlight::api
