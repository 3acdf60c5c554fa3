#include "sim/world/plan.hpp"

#include <fmt/format.h>

#include <array>

namespace pilotlight::sim {
namespace {

struct FaultRange {
  unsigned Faults::*rate;
  unsigned highest;
};

constexpr std::array fault_ranges{
    FaultRange{&Faults::lost, 50},           FaultRange{&Faults::cut, 80},
    FaultRange{&Faults::silent, 40},         FaultRange{&Faults::slow, 100},
    FaultRange{&Faults::refused_5xx, 100},   FaultRange{&Faults::slow_commit, 100},
    FaultRange{&Faults::full, 10},           FaultRange{&Faults::broken, 3},
    FaultRange{&Faults::slow_start, 500},    FaultRange{&Faults::failed_start, 300},
    FaultRange{&Faults::never_ready, 100},   FaultRange{&Faults::repeated_report, 300},
    FaultRange{&Faults::late_report, 300},   FaultRange{&Faults::crash, 150},
    FaultRange{&Faults::hang, 50},           FaultRange{&Faults::drop_result, 100},
    FaultRange{&Faults::finish_twice, 200},  FaultRange{&Faults::stranger, 100},
    FaultRange{&Faults::skip_ping, 500},     FaultRange{&Faults::ignore_stop, 500},
    FaultRange{&Faults::stop_pod, 100},      FaultRange{&Faults::leave, 100},
    FaultRange{&Faults::slow_job, 60},       FaultRange{&Faults::unhealthy, 60},
    FaultRange{&Faults::reboot, 400},        FaultRange{&Faults::crash_at_boot, 300},
    FaultRange{&Faults::clock_step, 700},    FaultRange{&Faults::stray, 300},
    FaultRange{&Faults::webhook_fails, 900}, FaultRange{&Faults::webhook_silent, 100},
};

/// Drawn behind everything else, which stays what it was.
constexpr std::array later_fault_ranges{
    FaultRange{&Faults::left_jobs, 700},
    FaultRange{&Faults::loop_dies, 20},
    FaultRange{&Faults::ghost_ping, 300},
};

template <class Ranges>
void draw_faults(Random& random, const Ranges& ranges, Faults& faults) {
  for (const FaultRange& range : ranges)
    if (random.chance(50)) faults.*range.rate = 1 + static_cast<unsigned>(random.below(range.highest));
}

void draw_load(Plan& plan, Random& random) {
  constexpr std::array means{2'000, 150, 150, 40};
  plan.load = static_cast<LoadShape>(random.below(4));
  plan.arrival_mean = milliseconds{means[static_cast<std::size_t>(plan.load)]};
  if (plan.load == LoadShape::idle && random.chance(50)) plan.arrival_mean *= 8;
  plan.endpoints = 1 + static_cast<std::uint32_t>(random.below(4));
  plan.commands_max = static_cast<std::uint32_t>(random.between(1'200, 3'000));
  plan.crash_every = random.chance(90) ? static_cast<std::uint32_t>(random.between(100, 600)) : 0;
}

}  // namespace

Plan draw_plan(std::uint64_t seed) {
  Random random(seed * 0x9e3779b97f4a7c15ULL + 1);
  Plan plan;
  plan.seed = seed;
  plan.tiny = random.chance(60);
  plan.limits = plan.tiny ? tiny_limits() : Limits{};
  plan.limits.webhook_retry_max = std::min(plan.limits.webhook_retry_max, milliseconds{120'000});
  const bool faulty = random.chance(90);
  if (faulty) draw_faults(random, fault_ranges, plan.faults);
  draw_load(plan, random);
  constexpr std::array<std::uint32_t, 5> batches{1, 4, 16, 64, 256};
  plan.batch_max = batches[random.below(batches.size())];
  plan.pipeline_max = 1 + static_cast<std::uint32_t>(random.below(4));
  plan.by_hand = random.chance(35);
  plan.deletes = random.chance(35);
  plan.drains = random.chance(40);
  plan.wait_percent = static_cast<unsigned>(random.below(70));
  plan.policy_percent = static_cast<unsigned>(random.below(60));
  plan.webhook_percent = static_cast<unsigned>(random.below(40));
  plan.large_percent = static_cast<unsigned>(random.below(30));
  plan.sdk_mask =
      random.chance(30) ? 1U << random.below(8) : static_cast<std::uint32_t>(random.next() | 0x80);
  if (random.chance(60)) plan.keyed_mean = plan.arrival_mean * random.between(2, 20);
  if (random.chance(60)) plan.batches_mean = plan.arrival_mean * random.between(4, 40);
  plan.limits.paused_endpoints = random.chance(70) ? PausedEndpoints::refuse : PausedEndpoints::queue;
  if (faulty) draw_faults(random, later_fault_ranges, plan.faults);
  plan.keys = random.chance(30);
  plan.credentials = random.chance(30);
  plan.next_major = random.chance(30);
  plan.removals = random.chance(30);
  plan.volumes = random.chance(30);
  return plan;
}

std::string summary(const Plan& plan) {
  constexpr std::array shapes{"idle", "steady", "burst", "herd"};
  return fmt::format(
      "limits={} load={} endpoints={} commands={} crash_every={} batch={} pipeline={} by_hand={} deletes={} "
      "drains={} sdks={:#x} next_major={}",
      plan.tiny ? "tiny" : "default", shapes[static_cast<std::size_t>(plan.load)], plan.endpoints,
      plan.commands_max, plan.crash_every, plan.batch_max, plan.pipeline_max, plan.by_hand, plan.deletes,
      plan.drains, plan.sdk_mask & 0xff, plan.next_major);
}

}  // namespace pilotlight::sim
