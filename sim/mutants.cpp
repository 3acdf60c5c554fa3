#include "sim/mutants.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "core/mutant.hpp"
#include "sim/campaign.hpp"

namespace pilotlight::sim {
namespace {

/// Exit statuses of the process that runs a mutant; ended by a signal: an assertion noticed it.
constexpr int noticed = 0;
constexpr int unnoticed = 1;

constexpr std::array core_mutants{
    std::pair{core::Mutant::no_fence, std::string_view{"no_fence"}},
    std::pair{core::Mutant::early_requeue, std::string_view{"early_requeue"}},
    std::pair{core::Mutant::ttl_lost_on_restore, std::string_view{"ttl_lost_on_restore"}},
    std::pair{core::Mutant::waiter_answered_twice, std::string_view{"waiter_answered_twice"}},
    std::pair{core::Mutant::body_released_early, std::string_view{"body_released_early"}},
    std::pair{core::Mutant::retries_not_counted, std::string_view{"retries_not_counted"}},
    std::pair{core::Mutant::busy_worker_stopped, std::string_view{"busy_worker_stopped"}},
    std::pair{core::Mutant::workers_max_ignored, std::string_view{"workers_max_ignored"}},
    std::pair{core::Mutant::stream_goes_on, std::string_view{"stream_goes_on"}},
    std::pair{core::Mutant::webhook_tried_once, std::string_view{"webhook_tried_once"}},
    std::pair{core::Mutant::webhook_lost_on_restore, std::string_view{"webhook_lost_on_restore"}},
    std::pair{core::Mutant::retry_to_same_worker, std::string_view{"retry_to_same_worker"}},
    std::pair{core::Mutant::charged_before_its_turn, std::string_view{"charged_before_its_turn"}},
    std::pair{core::Mutant::ahead_beside_idle, std::string_view{"ahead_beside_idle"}},
    std::pair{core::Mutant::idempotency_forgotten, std::string_view{"idempotency_forgotten"}},
    std::pair{core::Mutant::init_timeout_ignored, std::string_view{"init_timeout_ignored"}},
    std::pair{core::Mutant::paused_endpoint_accepts, std::string_view{"paused_endpoint_accepts"}},
    std::pair{core::Mutant::poll_by_hand_ignored, std::string_view{"poll_by_hand_ignored"}},
    std::pair{core::Mutant::full_of_ghosts, std::string_view{"full_of_ghosts"}},
    std::pair{core::Mutant::ping_speaks_for_all, std::string_view{"ping_speaks_for_all"}},
    std::pair{core::Mutant::no_result_forgotten, std::string_view{"no_result_forgotten"}},
    std::pair{core::Mutant::cause_spares_the_retry, std::string_view{"cause_spares_the_retry"}},
    std::pair{core::Mutant::output_of_before, std::string_view{"output_of_before"}},
    std::pair{core::Mutant::old_worker_goes_on, std::string_view{"old_worker_goes_on"}},
    std::pair{core::Mutant::late_wait_goes_on, std::string_view{"late_wait_goes_on"}},
    std::pair{core::Mutant::stop_told_as_crash, std::string_view{"stop_told_as_crash"}},
};

int run_mutant(const Campaign& campaign) {
  const CampaignResult result = run_campaign(campaign);
  if (!result.first_failure) return unnoticed;
  const SeedResult& failure = *result.first_failure;
  std::printf("found by seed %llu, %s: %s\n", static_cast<unsigned long long>(failure.seed),
              failure.violation->law.c_str(), failure.violation->text.c_str());
  std::fflush(stdout);
  return noticed;
}

/// In a process of its own, because an assertion ends it.
bool hunt(std::string_view name, core::Mutant in_core, Mutant in_world, const Campaign& campaign) {
  std::printf("%-24s", std::string(name).c_str());
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    core::active_mutant = in_core;
    Campaign own = campaign;
    own.options.mutant = in_world;
    ::_exit(run_mutant(own));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == noticed) return true;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
    std::printf("found by an assertion of the control plane\n");
    return true;
  }
  std::printf("NOT found within %llu seeds\n", static_cast<unsigned long long>(campaign.count));
  return false;
}

}  // namespace

bool break_on_purpose(std::string_view name, Mutant& in_world) {
  for (const auto& [mutant, known] : core_mutants)
    if (known == name) core::active_mutant = mutant;
  in_world = mutant_of(name).value_or(Mutant::none);
  return core::active_mutant != core::Mutant::none || in_world != Mutant::none;
}

bool hunt_mutants(std::uint64_t seeds_max, unsigned threads, std::string_view only) {
  Campaign campaign;
  campaign.count = seeds_max;
  campaign.threads = threads;
  campaign.stop_at_failure = true;
  bool all = true, any = false;
  const auto hunt_one = [&](std::string_view name, core::Mutant in_core, Mutant in_world) {
    if (!only.empty() && name != only) return;
    any = true;
    all = hunt(name, in_core, in_world, campaign) && all;
  };
  for (const auto& [mutant, name] : core_mutants) hunt_one(name, mutant, Mutant::none);
  for (const auto& [mutant, name] : mutant_names) hunt_one(name, core::Mutant::none, mutant);
  if (!any) std::printf("there is no mutant %s\n", std::string(only).c_str());
  return all && any;
}

}  // namespace pilotlight::sim
