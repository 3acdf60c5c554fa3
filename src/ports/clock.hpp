#pragma once

#include "base/time.hpp"

namespace pilotlight {

/// Where the control plane's time comes from.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Never smaller than what it returned before. Any thread.
  virtual Timestamp now() = 0;
};

}  // namespace pilotlight
