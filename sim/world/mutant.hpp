#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

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

inline constexpr std::array mutant_names{
    std::pair{Mutant::effects_before_commit, std::string_view{"effects_before_commit"}},
    std::pair{Mutant::clock_steps_back, std::string_view{"clock_steps_back"}},
    std::pair{Mutant::store_forgets_leases, std::string_view{"store_forgets_leases"}},
    std::pair{Mutant::store_skips_sync, std::string_view{"store_skips_sync"}},
    std::pair{Mutant::claim_released_early, std::string_view{"claim_released_early"}},
};

inline std::optional<Mutant> mutant_of(std::string_view name) {
  for (const auto& [mutant, text] : mutant_names)
    if (text == name) return mutant;
  return std::nullopt;
}

}  // namespace pilotlight::sim
