#include "keeper/host/restart_policy.hpp"

#include <algorithm>

namespace pilotlight::keeper {

milliseconds RestartPolicy::next_delay(const ServerLife& life) {
  if (life.became_ready && (life.killed || life.ready_for >= long_life)) failures_ = 0;
  if (life.became_ready && life.killed) return milliseconds{0};
  ++failures_;
  if (failures_ == 1) return milliseconds{0};
  const unsigned doublings = std::min(failures_ - 2, 16u);
  return std::min(delay_first * (1u << doublings), delay_max);
}

}  // namespace pilotlight::keeper
