#include "domain/job.hpp"

#include <algorithm>

namespace pilotlight {
namespace {

/// What came before, and the delivery that it does not tell of, if there is one.
std::vector<JobStep> begun(const std::vector<JobStep>& past, Timestamp submitted,
                           std::optional<Timestamp> leased, const WorkerId& worker) {
  std::vector<JobStep> steps = past;
  if (steps.empty()) steps.push_back({JobStepKind::submitted, submitted, {}});
  const auto known = [&leased](const JobStep& step) {
    return step.kind == JobStepKind::leased && step.at == *leased;
  };
  if (leased && std::none_of(steps.begin(), steps.end(), known))
    steps.push_back({JobStepKind::leased, *leased, worker});
  return steps;
}

}  // namespace

std::vector<JobStep> steps_of(const Job& job) {
  return begun(job.past, job.submitted, job.leased, job.worker);
}

std::vector<JobStep> steps_of(const FinalJob& job) {
  std::vector<JobStep> steps = begun(job.past, job.submitted, job.leased, job.worker);
  add_step(steps, {JobStepKind::ended, job.finished, job.worker, job.state});
  return steps;
}

void add_step(std::vector<JobStep>& steps, const JobStep& next) {
  if (steps.size() >= job_steps_max) steps.erase(steps.begin() + 1);
  steps.push_back(next);
}

}  // namespace pilotlight
