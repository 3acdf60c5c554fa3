#pragma once

namespace pilotlight::sim {

/// A world built wrongly on purpose: the checkers must notice.
enum class Mutant {
  none,
  effects_before_commit,  ///< the engine releases a batch's effects at once
  clock_steps_back,       ///< time goes back by a minute now and then
  store_forgets_leases,   ///< after a crash jobs in progress are loaded as they were before
  store_skips_sync,       ///< a crash takes the newest acknowledged commits along
  claim_released_early,   ///< a door gives the claim of a key back before its job is there
};

}  // namespace pilotlight::sim
