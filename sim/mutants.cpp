#include "sim/mutants.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "core/mutant.hpp"
#include "sim/number.hpp"
#include "sim/run.hpp"

namespace pilotlight::sim {
namespace {

/// Exit statuses of the process that runs a mutant; ended by a signal: an assertion noticed it.
constexpr int noticed = 0;
constexpr int unnoticed = 1;

struct Breakage {
  std::string_view name;
  std::uint64_t first_seed;  ///< the lowest one with which it is noticed
  core::Mutant in_core = core::Mutant::none;
  Mutant in_world = Mutant::none;
};

constexpr std::array breakages{
    Breakage{"no_fence", 9, core::Mutant::no_fence},
    Breakage{"early_requeue", 1, core::Mutant::early_requeue},
    Breakage{"ttl_lost_on_restore", 1, core::Mutant::ttl_lost_on_restore},
    Breakage{"waiter_answered_twice", 1, core::Mutant::waiter_answered_twice},
    Breakage{"body_released_early", 1, core::Mutant::body_released_early},
    Breakage{"retries_not_counted", 2, core::Mutant::retries_not_counted},
    Breakage{"busy_worker_stopped", 1, core::Mutant::busy_worker_stopped},
    Breakage{"workers_max_ignored", 1, core::Mutant::workers_max_ignored},
    Breakage{"stream_goes_on", 2, core::Mutant::stream_goes_on},
    Breakage{"webhook_tried_once", 2, core::Mutant::webhook_tried_once},
    Breakage{"webhook_lost_on_restore", 1, core::Mutant::webhook_lost_on_restore},
    Breakage{"retry_to_same_worker", 4, core::Mutant::retry_to_same_worker},
    Breakage{"charged_before_its_turn", 30, core::Mutant::charged_before_its_turn},
    Breakage{"ahead_beside_idle", 76, core::Mutant::ahead_beside_idle},
    Breakage{"ahead_for_all_versions", 32, core::Mutant::ahead_for_all_versions},
    Breakage{"idempotency_forgotten", 3, core::Mutant::idempotency_forgotten},
    Breakage{"init_timeout_ignored", 5, core::Mutant::init_timeout_ignored},
    Breakage{"paused_endpoint_accepts", 2, core::Mutant::paused_endpoint_accepts},
    Breakage{"poll_by_hand_ignored", 153, core::Mutant::poll_by_hand_ignored},
    Breakage{"full_of_ghosts", 8, core::Mutant::full_of_ghosts},
    Breakage{"ping_speaks_for_all", 232, core::Mutant::ping_speaks_for_all},
    Breakage{"no_result_forgotten", 4, core::Mutant::no_result_forgotten},
    Breakage{"cause_spares_the_retry", 2, core::Mutant::cause_spares_the_retry},
    Breakage{"output_of_before", 2, core::Mutant::output_of_before},
    Breakage{"old_worker_goes_on", 1, core::Mutant::old_worker_goes_on},
    Breakage{"late_wait_goes_on", 17, core::Mutant::late_wait_goes_on},
    Breakage{"stop_told_as_crash", 21, core::Mutant::stop_told_as_crash},
    Breakage{"old_catalog_shown", 1, core::Mutant::old_catalog_shown},
    Breakage{"unchanged_save_recorded", 1, core::Mutant::unchanged_save_recorded},
    Breakage{"equal_env_replaced", 2, core::Mutant::equal_env_replaced},
    Breakage{"bound_template_left", 10, core::Mutant::bound_template_left},
    Breakage{"template_name_twice", 10, core::Mutant::template_name_twice},
    Breakage{"used_template_for_pods", 5, core::Mutant::used_template_for_pods},
    Breakage{"used_template_deleted", 3, core::Mutant::used_template_deleted},
    Breakage{"revoked_key_accepted", 35, core::Mutant::revoked_key_accepted},
    Breakage{"copy_renews_workers", 8, core::Mutant::copy_renews_workers},
    Breakage{"key_use_saved_again", 8, core::Mutant::key_use_saved_again},
    Breakage{"used_registry_deleted", 45, core::Mutant::used_registry_deleted},
    Breakage{"secret_name_twice", 2, core::Mutant::secret_name_twice},
    Breakage{"deleted_secret_used", 58, core::Mutant::deleted_secret_used},
    Breakage{"volume_name_twice", 1, core::Mutant::volume_name_twice},
    Breakage{"volume_shrinks", 18, core::Mutant::volume_shrinks},
    Breakage{"volume_removed_in_use", 89, core::Mutant::volume_removed_in_use},
    Breakage{"volume_anybody", 1, core::Mutant::volume_anybody},
    Breakage{"places_disagree", 18, core::Mutant::places_disagree},
    Breakage{"removal_forgotten", 1, core::Mutant::removal_forgotten},
    Breakage{"effects_before_commit", 1, core::Mutant::none, Mutant::effects_before_commit},
    Breakage{"clock_steps_back", 1, core::Mutant::none, Mutant::clock_steps_back},
    Breakage{"store_forgets_leases", 1, core::Mutant::none, Mutant::store_forgets_leases},
    Breakage{"store_skips_sync", 1, core::Mutant::none, Mutant::store_skips_sync},
    Breakage{"claim_released_early", 4, core::Mutant::none, Mutant::claim_released_early},
};

/// Shared memory in which a mutant's process leaves its findings, which outlive an assertion that ends it.
struct Findings {
  std::atomic<std::uint64_t> seed;  ///< the seed that runs, or ran last
  std::array<char, 512> text;       ///< which law was broken, and how
};

Findings* shared_findings() {
  void* memory = ::mmap(nullptr, sizeof(Findings), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Findings{};
}

bool is_noticed(std::uint64_t seed, Mutant in_world, Findings& findings) {
  findings.seed = seed;
  const auto violation = run_seed(seed, {in_world}).violation;
  if (!violation) return false;
  std::snprintf(findings.text.data(), findings.text.size(), "%s: %s", violation->law.c_str(),
                violation->text.c_str());
  return true;
}

int run_mutant(const Breakage& breakage, const MutantHunt& hunt, Findings& findings) {
  core::active_mutant = breakage.in_core;
  if (!hunt.in_order && is_noticed(breakage.first_seed, breakage.in_world, findings)) return noticed;
  for (std::uint64_t seed = 1; seed <= hunt.seeds_max; ++seed)
    if (is_noticed(seed, breakage.in_world, findings)) return noticed;
  return unnoticed;
}

/// Runs each mutant in a process of its own, because an assertion ends it.
class Hunters {
 public:
  explicit Hunters(const MutantHunt& hunt) : hunt_(hunt) {}

  void begin(const Breakage& breakage) {
    if (running_.size() >= std::max(1U, hunt_.processes)) wait_for_one();
    Findings* findings = shared_findings();
    const pid_t child = findings == nullptr ? -1 : ::fork();
    if (child == 0) ::_exit(run_mutant(breakage, hunt_, *findings));
    if (child < 0) {
      std::printf("%-24s not run: there is no process or memory for it\n", breakage.name.data());
      all_noticed_ = false;
      return;
    }
    running_[child] = {&breakage, findings};
  }

  bool finish() {
    while (!running_.empty()) wait_for_one();
    return all_noticed_;
  }

 private:
  struct Running {
    const Breakage* breakage;
    Findings* findings;
  };

  void wait_for_one() {
    int status = 0;
    const auto ended = running_.find(::waitpid(-1, &status, 0));
    if (ended == running_.end()) return;
    report(*ended->second.breakage, *ended->second.findings, status);
    ::munmap(ended->second.findings, sizeof(Findings));
    running_.erase(ended);
  }

  void report(const Breakage& breakage, const Findings& findings, int status) {
    const std::uint64_t seed = findings.seed;
    const bool by_law = WIFEXITED(status) && WEXITSTATUS(status) == noticed;
    const bool by_assertion = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    const bool found = by_law || by_assertion;
    const bool another = found && seed != breakage.first_seed;
    std::printf("%-24s", breakage.name.data());
    if (by_law)
      std::printf("found by seed %llu, %s\n", number(seed), findings.text.data());
    else if (by_assertion)
      std::printf("found by seed %llu, an assertion of the control plane\n", number(seed));
    else
      std::printf("NOT found within %llu seeds\n", number(hunt_.seeds_max));
    if (another)
      std::printf("%-24sits own seed in sim/mutants.cpp is %llu\n", "", number(breakage.first_seed));
    std::fflush(stdout);
    all_noticed_ = all_noticed_ && found && !(another && hunt_.in_order);
  }

  MutantHunt hunt_;
  std::map<pid_t, Running> running_;
  bool all_noticed_ = true;
};

}  // namespace

bool break_on_purpose(std::string_view name, Mutant& in_world) {
  const auto* breakage = std::ranges::find(breakages, name, &Breakage::name);
  if (breakage == breakages.end()) return false;
  core::active_mutant = breakage->in_core;
  in_world = breakage->in_world;
  return true;
}

bool hunt_mutants(const MutantHunt& hunt) {
  Hunters hunters(hunt);
  bool any = false;
  for (const Breakage& breakage : breakages) {
    if (!hunt.only.empty() && breakage.name != hunt.only) continue;
    any = true;
    hunters.begin(breakage);
  }
  if (!any) std::printf("there is no mutant %s\n", std::string(hunt.only).c_str());
  return hunters.finish() && any;
}

}  // namespace pilotlight::sim
