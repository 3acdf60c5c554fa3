#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "domain/limits.hpp"
#include "domain/sums_fwd.hpp"

namespace pilotlight::core {

/// All that the control plane knows; private to this room.
struct State;

/// Everything one batch of commands brought about. Effects must not be carried out before the records are
/// durable; both are in the order in which they must take place.
struct Outcome {
  std::vector<Record> records;
  std::vector<Effect> effects;
};

/// The whole control plane as one deterministic state machine: the same calls with the same arguments give
/// the same outcomes, on every machine. Owned and called by one thread. Never blocks, never throws, never
/// reads a clock. `now` never goes backwards between calls.
///
///   boot:  restore(record)... ; restored(now, out) ; then batches of  apply(now, command, out)... ;
///   advance(now, out)
class ControlPlane {
 public:
  /// `seed` feeds the names of workers and jitter; it must differ between starts of a server on the same
  /// data.
  ControlPlane(const Limits& limits, std::uint64_t seed);
  ~ControlPlane();
  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;

  /// Takes one stored record back. Only before `restored`.
  void restore(const Record& record);
  /// All records are back: deadlines start to count, and every restored lease gets a full grace of proof.
  void restored(Timestamp now, Outcome& out);

  void apply(Timestamp now, const Command& command, Outcome& out);
  /// Ends a batch: fires what is due at or before `now`, goes on with sliced work, and writes the counters
  /// that the batch changed. Touches at most `slice_jobs` jobs for each of the two.
  void advance(Timestamp now, Outcome& out);
  /// When `advance` next has work, possibly in the past (sliced work is waiting); nullopt: not before a
  /// command.
  std::optional<Timestamp> next_deadline() const;

  /// What can be counted about the state, for metrics and checks. Cheap.
  struct Totals {
    std::uint64_t live_jobs = 0;
    std::uint64_t queued_jobs = 0;
    std::uint64_t leases = 0;
    std::uint64_t workers = 0;
    std::uint64_t open_tickets = 0;  ///< parked polls and waits for results
    std::uint64_t open_webhooks = 0;
  };
  Totals totals() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace pilotlight::core
