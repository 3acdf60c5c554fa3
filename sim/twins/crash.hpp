#pragma once

#include <array>
#include <cstdint>

#include "base/random.hpp"
#include "domain/effect.hpp"
#include "sim/world/plan.hpp"

namespace pilotlight::sim {

/// The instants between which a death of the server makes a difference.
enum class CrashPoint : std::uint8_t {
  before_apply,
  in_batch,       ///< some commands of the batch are applied
  before_commit,  ///< applied, not handed to the store
  in_commit,
  after_commit,  ///< durable, nothing released
  in_release,    ///< some effects are out
  before_write,  ///< the answer is out of the engine but not on the wire
  boot_loaded,
  boot_restored,
  boot_listed,
  disk_broken,
  made_way,  ///< the server was told to, has answered those who waited, and ends
};
inline constexpr std::array crash_point_names{"before_apply",  "in_batch",    "before_commit", "in_commit",
                                              "after_commit",  "in_release",  "before_write",  "boot_loaded",
                                              "boot_restored", "boot_listed", "disk_broken",   "made_way"};

/// When and where the server dies next.
class CrashPlan {
 public:
  CrashPlan(const Plan& plan, std::uint64_t seed);

  /// True if the server shall die at this point, now that it has applied so many commands.
  bool wants(CrashPoint point, const Effect* effect, std::uint64_t commands);
  void stop() { stopped_ = true; }

 private:
  void draw(std::uint64_t commands);
  bool fits(CrashPoint point, const Effect* effect) const;

  Random dice_;
  std::uint32_t every_;
  unsigned at_boot_;
  CrashPoint point_ = CrashPoint::before_apply;
  bool only_takes_ = false;  ///< at an answer that delivers jobs
  std::uint64_t due_ = 0;
  bool stopped_ = false;
};

}  // namespace pilotlight::sim
