// Workers that ping, hold no job and ask for none: their loop has died, or they believe that they are full.
#include "core/not_asking.hpp"

#include <algorithm>

#include "core/mutant.hpp"

namespace pilotlight::core {
namespace {

constexpr std::size_t jobs_named_max = 3;

/// These versions keep the jobs in hand in a file of the folder they run in. A worker that finds a file left
/// there takes its jobs for its own (docs/protocol.md 9.3).
constexpr SdkVersion keeps_jobs_from{1, 7, 11}, keeps_jobs_to{1, 10, 0};

bool may_keep_jobs(const SdkVersion& sdk) {
  return !sdk.known() || (sdk >= keeps_jobs_from && sdk <= keeps_jobs_to);
}

std::string some_of(const std::vector<JobId>& jobs) {
  std::string text;
  for (std::size_t i = 0; i < std::min(jobs.size(), jobs_named_max); ++i)
    text += (i == 0 ? "" : ", ") + jobs[i].text();
  if (jobs.size() > jobs_named_max) text += " and " + std::to_string(jobs.size() - jobs_named_max) + " more";
  return text;
}

}  // namespace

Timestamp not_asking_since(const LiveWorker& live) {
  if (!live.leases.empty() || !live.takes.empty()) return timestamp_never;
  if (mutant(Mutant::full_of_ghosts) && !live.pings[0].jobs.empty()) return timestamp_never;
  switch (live.state()) {
    case WorkerState::starting: return live.first_ping;
    case WorkerState::idle: return std::max(live.last_poll, live.idle_since);
    case WorkerState::busy:
    case WorkerState::draining:
    case WorkerState::stopping: return timestamp_never;
  }
  UNREACHABLE();
}

const LiveWorker* not_asking(const LiveEndpoint& endpoint, const Limits& limits, Timestamp now) {
  std::int64_t without_job = 0;
  for (const WorkerOrigin origin : {WorkerOrigin::runtime, WorkerOrigin::by_hand})
    without_job += endpoint.count(origin, WorkerState::starting) + endpoint.count(origin, WorkerState::idle);
  if (without_job == 0) return nullptr;
  const auto found =
      std::find_if(endpoint.workers.begin(), endpoint.workers.end(), [&](const LiveWorker* worker) {
        return later(not_asking_since(*worker), limits.ping_interval) <= now;
      });
  return found == endpoint.workers.end() ? nullptr : *found;
}

std::string not_asking_text(const LiveWorker& live) {
  const std::vector<JobId>& listed = live.pings[0].jobs;
  const std::string begin = "Worker " + live.worker.id.text() + " holds no job and asks for none";
  if (listed.empty()) return begin + ": its log may say why.";
  if (live.given) return begin + ": its pings still list " + some_of(listed) + ".";
  return begin + ": its pings list " + some_of(listed) + ", which it was never given." +
         (may_keep_jobs(live.worker.sdk)
              ? " runpod 1.7.11 to 1.10.0 does this if a crashed worker left a file .runpod_jobs.pkl in the "
                "worker's folder: delete the file, or use a newer version."
              : "");
}

}  // namespace pilotlight::core
