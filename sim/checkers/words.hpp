#pragma once

#include <array>
#include <map>
#include <vector>

#include "domain/command.hpp"
#include "domain/limits.hpp"

namespace pilotlight::sim {

/// Records what each worker has reported since this server started, and which jobs those reports prove it no
/// longer holds.
class Words {
 public:
  void said(const Command& command, const Limits& limits);
  void crashed() { workers_.clear(); }

  /// The worker has said since then that it runs nothing; or asked for jobs and then twice in a row not
  /// listed this one.
  bool let_go(const WorkerId& worker, const JobId& job, Timestamp since) const;
  /// Up to when its polls prove that it held nothing; the epoch: never.
  Timestamp empty_at(const WorkerId& worker) const;

 private:
  struct Ping {
    Timestamp asked{};  ///< the newest poll before it speaks of what was delivered before this time
    std::vector<JobId> jobs;
  };
  struct Said {
    Timestamp empty{};    ///< arrival of its last poll that said that it runs nothing
    Timestamp asked{};    ///< see Ping
    Timestamp arrived{};  ///< arrival of its newest poll
    std::array<Ping, 2> pings;
  };
  std::map<WorkerId, Said> workers_;
};

}  // namespace pilotlight::sim
