#include "sim/twins/crash.hpp"

namespace pilotlight::sim {
namespace {

/// After so many more commands any point will do.
constexpr std::uint64_t patience = 150;

bool delivers_jobs(const Effect* effect) {
  if (effect == nullptr) return false;
  const auto* reply = std::get_if<effect::Reply>(effect);
  return reply != nullptr && std::holds_alternative<answer::JobsTaken>(reply->answer);
}

}  // namespace

CrashPlan::CrashPlan(const Plan& plan, std::uint64_t seed)
    : dice_(seed), every_(plan.crash_every), at_boot_(plan.faults.crash_at_boot) {
  draw(0);
}

void CrashPlan::draw(std::uint64_t commands) {
  point_ = static_cast<CrashPoint>(dice_.below(static_cast<std::uint64_t>(CrashPoint::before_write) + 1));
  only_takes_ = point_ >= CrashPoint::in_release && dice_.chance(60);
  due_ = commands + 1 + dice_.below(2 * std::uint64_t{every_} + 1);
}

bool CrashPlan::fits(CrashPoint point, const Effect* effect) const {
  return point == point_ && (!only_takes_ || delivers_jobs(effect));
}

bool CrashPlan::wants(CrashPoint point, const Effect* effect, std::uint64_t commands) {
  if (stopped_ || every_ == 0) return false;
  if (point >= CrashPoint::boot_loaded) return happens(dice_, at_boot_);
  if (commands < due_) return false;
  if (!fits(point, effect) && commands < due_ + patience) return false;
  draw(commands);
  return true;
}

}  // namespace pilotlight::sim
