#pragma once

#include "base/time.hpp"

namespace pilotlight::keeper {

/// How one server process ended.
struct ServerLife {
  bool became_ready = false;
  bool killed = false;  ///< by SIGKILL: from outside, whether by a person or for want of memory
  milliseconds ready_for{};
};

/// Decides how long to wait before the next server. Pure.
class RestartPolicy {
 public:
  static constexpr milliseconds delay_first{100};
  static constexpr milliseconds delay_max{5'000};
  static constexpr milliseconds long_life{10'000};

  /// 0: at once. A server that was ready and then lived long or was killed forgets earlier failures. Such a
  /// kill, and the first failure, cost no delay; each further failure doubles it.
  milliseconds next_delay(const ServerLife& life);

 private:
  unsigned failures_ = 0;
};

}  // namespace pilotlight::keeper
