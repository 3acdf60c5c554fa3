#include "sim/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace pilotlight::sim {
namespace {

std::uint64_t median(std::vector<std::uint64_t>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The results so far; shared by the threads.
class Gathered {
 public:
  void add(const SeedResult& result, bool with_digest) {
    const std::lock_guard lock(mutex_);
    if (with_digest) totals_.digests[result.seed] = result.digest;
    ++totals_.seeds;
    totals_.commands += result.commands;
    totals_.crashes += result.crashes;
    commands_.push_back(result.commands);
    crashes_.push_back(result.crashes);
    if (!result.violation) return;
    ++totals_.failed;
    if (!totals_.first_failure || result.seed < totals_.first_failure->seed) totals_.first_failure = result;
  }
  void add_repeated() {
    const std::lock_guard lock(mutex_);
    ++totals_.repeated;
  }
  CampaignResult take() {
    totals_.commands_median = median(commands_);
    totals_.crashes_median = median(crashes_);
    return totals_;
  }

 private:
  std::mutex mutex_;
  CampaignResult totals_;
  std::vector<std::uint64_t> commands_, crashes_;
};

void run_one(const Campaign& campaign, std::uint64_t seed, Gathered& gathered) {
  const bool repeated = campaign.repeat_every > 0 && seed % campaign.repeat_every == 0;
  SeedOptions options = campaign.options;
  options.hashing = options.hashing || repeated;
  SeedResult result = run_seed(seed, options);
  if (repeated) {
    const SeedResult again = run_seed(seed, options);
    gathered.add_repeated();
    if (!result.violation && (again.hash != result.hash || again.violation))
      result.violation = Violation{"determinism", "the same seed went another way the second time"};
  }
  gathered.add(result, campaign.options.hashing);
}

}  // namespace

CampaignResult run_campaign(const Campaign& campaign) {
  std::atomic<std::uint64_t> next{campaign.first};
  const std::uint64_t end = campaign.first + campaign.count;
  Gathered gathered;
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed < end; seed = next++) run_one(campaign, seed, gathered);
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < campaign.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return gathered.take();
}

}  // namespace pilotlight::sim
