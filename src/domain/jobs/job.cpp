#include "domain/jobs/job.hpp"

#include <algorithm>

#include "base/codec.hpp"

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
  add_step(steps, {JobStepKind::ended, job.finished, job.worker, job.state, job.cause, job.crash});
  return steps;
}

void add_step(std::vector<JobStep>& steps, const JobStep& next) {
  if (steps.size() >= job_steps_max) steps.erase(steps.begin() + 1);
  steps.push_back(next);
}

namespace {

constexpr std::uint8_t has_error = 0x80, has_crash = 0x40;

}  // namespace

void CustomCodec<JobStep>::put(Encoder& out, const JobStep& step) {
  const unsigned marks = (step.error.empty() ? 0U : has_error) | (step.crash ? has_crash : 0U);
  out.put(static_cast<std::uint8_t>(static_cast<unsigned>(step.kind) | marks));
  out.put(step.at);
  out.put(step.worker);
  out.put(step.state);
  if (!step.error.empty()) out.put(step.error);
  if (step.crash) out.put(*step.crash);
}

bool CustomCodec<JobStep>::get(Decoder& in, JobStep& step) {
  std::uint8_t kind = 0;
  in.get(kind);
  in.get(step.at);
  in.get(step.worker);
  in.get(step.state);
  step.error.clear();
  if ((kind & has_error) != 0) in.get(step.error);
  step.crash.reset();
  if ((kind & has_crash) != 0) in.get(step.crash.emplace());
  step.kind = static_cast<JobStepKind>(kind & ~(has_error | has_crash));
  return in.ok();
}

}  // namespace pilotlight
