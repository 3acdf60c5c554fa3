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
  static constexpr milliseconds long_life{10'000};  ///< ready for so long, earlier failures are forgotten

  /// 0: at once. A kill of a server that was ready, and the first failure after a long life,
  /// cost no delay; each further failure in a row doubles it.
  milliseconds next_delay(const ServerLife& life);

 private:
  unsigned failures_ = 0;
};

}  // namespace pilotlight::keeper
