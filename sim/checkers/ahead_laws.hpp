#pragma once

#include <map>
#include <set>

#include "sim/checkers/step.hpp"
#include "sim/checkers/ticket_laws.hpp"

namespace pilotlight::sim {

struct World;

/// When what each worker runs began; of several, the last.
std::map<WorkerId, Timestamp> begun(const Image& image);

/// Several jobs in one answer for a worker that runs one at a time (S19): none is sent ahead while another
/// worker is idle and asks, none waits at a worker that runs nothing, and none waits there for longer than it
/// should beside an idle worker that asks. HolderLaws holds that none is charged before its turn.
class AheadLaws {
 public:
  explicit AheadLaws(World& world) : world_(world) {}

  void saved(const Job& after);
  void finished(const FinalJob& job);
  /// After all records and answers of the step.
  void step_ends(const Image& image, const TicketLaws& tickets);
  /// After an `advance` that left no work.
  void settled(Timestamp now, const Image& image, const TicketLaws& tickets) const;
  void crashed(const Image& image);

 private:
  /// A worker of the endpoint, other than this, that has nothing and asks.
  static const Worker* idle_beside(const Job& waiting, const Image& image, const TicketLaws& tickets);
  World& world_;
  std::set<JobId> waiting_;  ///< at their workers
  std::set<JobId> fresh_;    ///< those that began to wait in this step
  bool changed_ = false;     ///< in this step, what they wait for perhaps
};

}  // namespace pilotlight::sim
