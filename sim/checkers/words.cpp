#include "sim/checkers/words.hpp"

#include <algorithm>

namespace pilotlight::sim {
namespace {

/// From the first version on a worker has one poll at a time (docs/protocol.md 9.2). Before the second a
/// worker may send its poll before it counts what the last one brought (docs/protocol.md 8.2).
constexpr SdkVersion one_poll{1, 7, 1}, counts_taken{1, 7, 6};

}  // namespace

void Words::said(const Command& command, const Limits& limits) {
  if (const auto* poll = std::get_if<command::TakeJobs>(&command)) {
    Said& said = workers_[poll->worker];
    const bool parallel = !poll->sdk.known() || poll->sdk < one_poll;
    const bool late = !parallel && poll->sdk < counts_taken;
    Timestamp asked = poll->arrived;
    if (parallel || late) asked -= limits.poll_lag_max;
    if (late) asked = std::min(asked, said.arrived);
    said.arrived = poll->arrived;
    said.asked = std::max(said.asked, asked);
    if (poll->job_in_progress == false) said.empty = asked;
  } else if (const auto* ping = std::get_if<command::Heartbeat>(&command)) {
    Said& said = workers_[ping->worker];
    said.pings[1] = std::move(said.pings[0]);
    said.pings[0] = {said.asked, ping->jobs};
  }
}

Timestamp Words::empty_at(const WorkerId& worker) const {
  const auto at = workers_.find(worker);
  return at == workers_.end() ? Timestamp{} : at->second.empty;
}

bool Words::let_go(const WorkerId& worker, const JobId& job, Timestamp since) const {
  const auto at = workers_.find(worker);
  if (at == workers_.end()) return false;
  const Said& said = at->second;
  return said.empty > since || std::all_of(said.pings.begin(), said.pings.end(), [&](const Ping& ping) {
           return ping.asked > since && std::find(ping.jobs.begin(), ping.jobs.end(), job) == ping.jobs.end();
         });
}

}  // namespace pilotlight::sim
