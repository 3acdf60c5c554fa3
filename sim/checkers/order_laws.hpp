#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "sim/checkers/step.hpp"
#include "sim/world/ledger.hpp"

namespace pilotlight::sim {

struct World;

/// The order of delivery (S8): a higher priority goes first. Within a priority, jobs that came back to the
/// queue go before the others, and those are first in, first out. No job waits while a worker polls and has
/// room (S18). A worker that may still be running an earlier attempt of a job is not given that job. It is
/// given the jobs behind it, unless too many such jobs stand at the head. Places are those of the ledger; the
/// core's own `order` is not looked at.
class OrderLaws {
 public:
  explicit OrderLaws(World& world) : world_(world) {}

  /// Before the record has become part of the image.
  void saved(const Job& after);
  void finished(const FinalJob& job);
  /// After an `advance` that left no work.
  void settled() const;
  void crashed();

 private:
  struct Place {
    int level = 0;            ///< the negative priority
    std::uint64_t place = 0;  ///< in its level
    auto operator<=>(const Place&) const = default;
  };
  struct Returned {
    int level = 0;
    std::vector<WorkerId> holders;  ///< those who may still have it
  };
  struct Line {
    std::map<Place, JobId> fresh;
    std::map<JobId, Returned> returned;
  };
  Place place_of(const JobEntry& entry) const;
  void left(const EndpointId& endpoint, const JobId& job);
  void queued(const Job& job);
  void leased(const Job& job, const JobEntry& entry, bool was_aside) const;
  bool kept_from(const JobId& job, const WorkerId& worker) const;
  std::vector<WorkerId> with_room(const EndpointId& endpoint) const;

  World& world_;
  std::map<EndpointId, Line> lines_;
  std::set<JobId> aside_;                   ///< not to run yet
  std::map<JobId, std::uint64_t> entered_;  ///< places of jobs that had been aside
};

}  // namespace pilotlight::sim
