// The simulator's command line: many seeds, one seed with its trace, the mutants, or the replay of a real
// server's command trace.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <string>
#include <thread>

#include "base/hash.hpp"
#include "base/mark.hpp"
#include "sim/campaign.hpp"
#include "sim/checkers/digest.hpp"
#include "sim/mutants.hpp"
#include "sim/number.hpp"
#include "sim/replay.hpp"
#include "sim/world/plan.hpp"

namespace pilotlight::sim {
namespace {

constexpr int found_something = 1;
constexpr int not_explored = 2;
constexpr std::size_t trace_lines_default = 2'000;

struct Options {
  std::uint64_t seeds = 0, first = 1, seed = 0;
  std::size_t trace_lines = trace_lines_default;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t mutants = 0;
  std::string mutant;
  bool in_order = false;
  bool demand_marks = false;
  bool digest = false;
  std::string replay;
};

int report_failure(const Options& options, const SeedResult& failure) {
  const std::string mutant = options.mutant.empty() ? "" : " --mutant " + options.mutant;
  std::printf("seed %llu breaks %s: %s\n  %s\nreplay it: sim --seed %llu%s\n", number(failure.seed),
              failure.violation->law.c_str(), failure.violation->text.c_str(),
              summary(draw_plan(failure.seed)).c_str(), number(failure.seed), mutant.c_str());
  return found_something;
}

/// Breaks the law that --mutant names, if it names one; false if there is no such mutant.
bool break_as_asked(const Options& options, SeedOptions& seed) {
  if (options.mutant.empty() || break_on_purpose(options.mutant, seed.mutant)) return true;
  std::printf("there is no mutant %s\n", options.mutant.c_str());
  return false;
}

/// Rare places that were never reached: the simulator has stopped exploring there.
int report_marks(bool demanded) {
  std::size_t all = 0, missed = 0;
  for (const auto& [name, count] : MarkPoint::counts()) {
    ++all;
    if (count > 0) continue;
    ++missed;
    std::printf("never reached: %s\n", name.c_str());
  }
  std::printf("%zu of %zu rare places reached\n", all - missed, all);
  return demanded && missed > 0 ? not_explored : 0;
}

/// The digest of all seeds, and of how often each rare place was passed.
std::uint64_t digest_of(const CampaignResult& result) {
  Digest all;
  for (const auto& [seed, digest] : result.digests) all.add(seed), all.add(digest);
  for (const auto& [name, count] : MarkPoint::counts()) all.add(stable_hash(name)), all.add(count);
  return all.value();
}

int run_many(const Options& options) {
  Campaign campaign;
  if (!break_as_asked(options, campaign.options)) return found_something;
  campaign.first = options.first;
  campaign.count = options.seeds;
  campaign.threads = options.threads;
  campaign.repeat_every = options.digest ? 0 : 25;  // twice would count marks twice
  campaign.options.hashing = options.digest;
  const CampaignResult result = run_campaign(campaign);
  std::printf(
      "%llu seeds, %llu failed, %llu ran twice\n%llu commands (median %llu a seed), %llu crashes (median "
      "%llu)\n",
      number(result.seeds), number(result.failed), number(result.repeated), number(result.commands),
      number(result.commands_median), number(result.crashes), number(result.crashes_median));
  if (options.digest) std::printf("digest %016llx\n", number(digest_of(result)));
  const int marks = report_marks(options.demand_marks);
  return result.first_failure ? report_failure(options, *result.first_failure) : marks;
}

int run_one(const Options& options) {
  std::printf("%s\n", summary(draw_plan(options.seed)).c_str());
  SeedOptions seed{Mutant::none, options.trace_lines, true};
  if (!break_as_asked(options, seed)) return found_something;
  const SeedResult result = run_seed(options.seed, seed);
  std::printf("seed %llu: %llu commands, %llu crashes, hash %016llx, digest %016llx\n", number(result.seed),
              number(result.commands), number(result.crashes), number(result.hash), number(result.digest));
  return result.violation ? report_failure(options, result) : 0;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Simulates Pilotlight's control plane in a hostile world", "sim");
  auto* what = app.add_option_group("What to do")->require_option(1);
  what->add_option("--seeds", options.seeds, "Run that many seeds and print totals");
  what->add_option("--seed", options.seed, "Run one seed; prints its last lines if a law is broken");
  what->add_option("--mutants", options.mutants,
                   "Break one law after the other; each must be noticed within N seeds");
  what->add_option("--replay", options.replay, "Replay the command trace of a data folder");
  app.add_option("--mutant", options.mutant,
                 "Only this one of --mutants; with --seeds and --seed: run them with it");
  app.add_flag(
      "--in-order", options.in_order,
      "--mutants: begin with seed 1, and fail if another than a mutant's own is the first to find it");
  app.add_option("--first", options.first, "First seed of --seeds [1]");
  app.add_option("--threads", options.threads, "Seeds run side by side [all processors]");
  app.add_option("--trace-lines", options.trace_lines, "Lines that --seed prints [2000]");
  app.add_flag("--digest", options.digest,
               "Print one number of what the seeds did; a move of code may not change it");
  app.add_flag("--demand-marks", options.demand_marks, "Fail if a rare place was never reached");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (!options.replay.empty()) return replay_trace(options.replay) ? 0 : found_something;
  if (options.mutants > 0)
    return hunt_mutants({options.mutants, options.threads, options.mutant, options.in_order})
               ? 0
               : found_something;
  return options.seeds > 0 ? run_many(options) : run_one(options);
}

}  // namespace
}  // namespace pilotlight::sim

int main(int argc, char** argv) {
  return pilotlight::sim::run(argc, argv);
}
