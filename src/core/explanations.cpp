// Finds out why a job has no result: from how its worker ended, and from what it wrote. The reason is shown
// to clients. States, charges and retries do not depend on it.
#include "core/explanations.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {
namespace {

/// The texts that precede the cause in a log line.
constexpr std::string_view marks[] = {"Failed to return job results. | ",
                                      "Error while returning job result. | ", "Error handling job: "};
/// The same up to 1.2.6, where the job's id and a colon follow.
constexpr std::string_view old_mark = "Error while returning job result ";

std::string_view behind(std::string_view line, std::string_view mark) {
  const std::size_t at = line.find(mark);
  return at == line.npos ? std::string_view{} : line.substr(at + mark.size());
}

/// Decodes the rest of a JSON string, up to its closing quote. Escapes by number (u and four digits) stay as
/// they are.
std::string rest_of_json_string(std::string_view text) {
  std::string rest;
  for (std::size_t i = 0; i < text.size() && text[i] != '"'; ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() && text[i + 1] != 'u';
    if (escape) ++i;
    rest += escape && text[i] == 'n' ? ' ' : text[i];
  }
  return rest;
}

std::string cause_in(std::string_view line, const std::string& job) {
  if (line.find(job) == line.npos) return {};
  std::string_view cause = behind(line, std::string(old_mark) + job + ": ");
  for (const std::string_view mark : marks)
    if (cause.empty()) cause = behind(line, mark);
  return line.starts_with('{') ? rest_of_json_string(cause) : std::string(cause);
}

}  // namespace

std::span<const OutputLine> since(std::span<const OutputLine> output, Timestamp time) {
  if (mutant(Mutant::output_of_before)) return output;
  const auto first =
      std::find_if(output.begin(), output.end(), [time](const OutputLine& line) { return line.at >= time; });
  return {first, output.end()};
}

std::string cause_of(std::span<const OutputLine> output, const JobId& job) {
  const std::string id = job.text();
  for (; !output.empty(); output = output.first(output.size() - 1))
    if (std::string cause = cause_in(output.back().text, id); !cause.empty()) return cause;
  return {};
}

Crash crash_of(const command::WorkerExited& exit, Timestamp given) {
  return {exit.signal != 0 ? -1 : exit.exit_code, exit.signal,
          end_of(since(exit.output, given), crash_output_bytes_max)};
}

/// The worker's words prove that it is over. Why, the worker's output may tell, which is waited for.
void Dispatch::no_result(LiveWorker& live, LiveJob& job) {
  Lease& lease = live.lease_of(job);
  if (lease.over() || !live.runtime()) return no_result_because(lease, {});
  const bool asked = std::any_of(live.leases.begin(), live.leases.end(),
                                 [this](const Lease& other) { return other.over_since == call_.now(); });
  lease.over_since = call_.now();
  lease.given_up = std::min(later(call_.now(), limits_.output_wait), lease.timeout);
  lease.timeout = timestamp_never;
  if (!asked) call_.emit(effect::ReadOutput{live.worker.id, call_.now()});
  update_free(live);
  arm(live);
}

void Dispatch::no_result_because(Lease& lease, std::span<const OutputLine> output) {
  const std::string cause = cause_of(since(output, lease.given()), lease.job->job.id);
  if (!cause.empty()) MARK("core.cause_found");
  const bool charged = cause.empty() || !mutant(Mutant::cause_spares_the_retry);
  take_back(*lease.job, {JobStepKind::no_result, charged, cause});
}

}  // namespace pilotlight::core
