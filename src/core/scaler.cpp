#include "core/scaler.hpp"

#include <algorithm>

namespace pilotlight::core {
namespace {

Wanted by_queue_delay(const Endpoint& endpoint, const Demand& demand, Timestamp now) {
  if (demand.queued == 0) return {demand.able, std::nullopt};
  if (demand.able == 0) return {1, std::nullopt};
  const milliseconds step{endpoint.scaler_value_milli};
  const Timestamp due = std::max(demand.head_queued, demand.last_step) + step;
  if (now >= due) return {demand.able + 1, std::nullopt};
  return {demand.able, due};
}

Wanted by_request_count(const Endpoint& endpoint, const Demand& demand) {
  const auto per_worker = static_cast<std::uint64_t>(std::max<std::int64_t>(endpoint.scaler_value_milli, 1));
  const std::uint64_t jobs = demand.queued + demand.in_progress;
  return {(jobs * 1000 + per_worker - 1) / per_worker, std::nullopt};
}

}  // namespace

Wanted workers_wanted(const Endpoint& endpoint, const Demand& demand, Timestamp now) {
  Wanted wanted;
  switch (endpoint.scaler_type) {
    case ScalerType::queue_delay: wanted = by_queue_delay(endpoint, demand, now); break;
    case ScalerType::request_count: wanted = by_request_count(endpoint, demand); break;
  }
  const auto least = static_cast<std::uint64_t>(std::max<std::int64_t>(endpoint.workers_min, 0));
  const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(endpoint.workers_max, 0));
  wanted.workers = std::min(std::max(wanted.workers, least), most);
  if (demand.able >= most) wanted.next_step.reset();
  return wanted;
}

}  // namespace pilotlight::core
