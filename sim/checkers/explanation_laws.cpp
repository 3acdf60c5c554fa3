#include "sim/checkers/explanation_laws.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr std::string_view cause_mark = "Error while returning job result. | ";

}  // namespace

void ExplanationLaws::written(const WorkerId& worker, Timestamp now, const std::string& line) {
  lines_[line] = {worker, now};
  if (const std::size_t at = line.find(cause_mark); at != line.npos)
    lines_[line.substr(at + cause_mark.size())] = {worker, now};
}

void ExplanationLaws::asked(const Command& command, const Image& image) {
  const auto* exit = std::get_if<command::WorkerExited>(&command);
  const Worker* worker = exit != nullptr ? image.worker(exit->worker) : nullptr;
  crash_ = worker != nullptr && worker->state != WorkerState::stopping;
}

void ExplanationLaws::line_holds(const Job& job, std::string_view line) const {
  const auto written = lines_.find(std::string(line));
  require(written != lines_.end() && written->second.worker == job.worker, "S25",
          "job {} is explained with a line that {} did not write: {}", job.id, job.worker, line);
  require(written->second.at >= job.queued, "S25",
          "job {} is explained with a line from before its delivery: {}", job.id, line);
}

void ExplanationLaws::lost(const Step& step, const Job& before, const Told& told) const {
  const auto* exit = step.is<command::WorkerExited>();
  const bool crashed = crash_ && exit != nullptr && exit->worker == before.worker;
  require(told.crash.has_value() == crashed, "S25", "job {} is lost {} its worker's end told", before.id,
          crashed ? "without" : "for no crash, with");
  if (!told.crash) return;
  MARK("sim: crash is told");
  const std::int32_t code = exit->signal != 0 ? -1 : exit->exit_code;
  require(told.crash->exit_code == code && told.crash->signal == exit->signal, "S25",
          "job {}: its worker ended otherwise than told", before.id);
  std::string_view rest = told.crash->output;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    line_holds(before, line);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  if (!exit->output.empty() && exit->output.back().at >= *before.leased)
    require(told.crash->output.ends_with(exit->output.back().text), "S25",
            "job {}: the last line of its worker is missing", before.id);
}

void ExplanationLaws::no_result(const Step& step, const Job& before, const Told& told) const {
  require(!told.crash, "S25", "job {} has no result, and is explained by a crash", before.id);
  if (!told.cause.empty()) {
    MARK("sim: cause is told");
    return line_holds(before, told.cause);
  }
  const auto* output = step.is<command::WorkerOutput>();
  if (output == nullptr) return;
  for (const OutputLine& line : output->output)
    require(line.at < *before.leased || line.text.find(before.id.text()) == std::string::npos ||
                line.text.find(cause_mark) == std::string::npos,
            "S25", "job {}: why it has no result is not told", before.id);
}

void ExplanationLaws::saved(const Step& step, const Image& image, const Job& after) {
  const Job* before = image.job(after.id);
  if (before == nullptr || after.past.empty()) return;
  const JobStep& last = after.past.back();
  const bool came_back = before->state == JobState::in_progress && after.state == JobState::in_queue;
  if (!came_back || last.at != step.now()) {
    require(!before->past.empty() && last == before->past.back(), "S25", "job {}: its past changes",
            after.id);
    return;
  }
  if (last.kind == JobStepKind::lost) return lost(step, *before, {last.error, last.crash});
  if (last.kind != JobStepKind::no_result) return;
  require(after.retries == before->retries + 1, "S25", "job {} has no result and is not charged", after.id);
  no_result(step, *before, {last.error, last.crash});
}

void ExplanationLaws::finished(const Step& step, const Image& image, const FinalJob& job) {
  const Job* before = image.job(job.id);
  if (before != nullptr && job.reason == EndReason::lost) return lost(step, *before, {job.cause, job.crash});
  if (before != nullptr && job.reason == EndReason::no_result)
    return no_result(step, *before, {job.cause, job.crash});
  require(job.cause.empty() && !job.crash, "S25", "job {} is explained and needs no explanation", job.id);
}

}  // namespace pilotlight::sim
