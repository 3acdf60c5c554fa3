#include "dev/happenings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace pilotlight::dev {
namespace {

constexpr std::size_t remembered_max = 20'000;

bool has_ended(const std::string& status) {
  return status != "IN_QUEUE" && status != "IN_PROGRESS";
}

std::string ready_text(const WorkerSeen& worker) {
  std::string text =
      fmt::format("worker {} is ready after {}", worker.id, duration_text(*worker.ready - worker.created));
  if (worker.started)
    text += fmt::format(": its process started after {} and asked for a job {} later",
                        duration_text(*worker.started - worker.created),
                        duration_text(*worker.ready - *worker.started));
  return text;
}

Happening job_ended(const JobSeen& job) {
  std::string text = fmt::format("job {} {}", job.id, job.status);
  if (job.delay) text += ", waited " + duration_text(*job.delay);
  if (job.execution) text += ", ran " + duration_text(*job.execution);
  if (!job.error.empty()) text += ": " + job.error;
  return {text, job.status == "COMPLETED" ? Look::good : Look::bad};
}

}  // namespace

std::string output_text(const std::string& line) {
  if (!line.starts_with("{\"requestId\"")) return line;
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse(line, failed);
  if (failed || !value.is_object()) return line;
  const auto text_at = [&value](std::string_view name) {
    const boost::json::value* field = value.get_object().if_contains(name);
    return field != nullptr && field->is_string() ? std::string(field->get_string()) : std::string();
  };
  const std::string message = text_at("message"), level = text_at("level"), job = text_at("requestId");
  if (message.empty()) return line;
  return (level == "INFO" ? "" : level + " ") + message + (job.empty() ? "" : " (job " + job + ")");
}

std::string duration_text(std::int64_t ms) {
  if (ms < 10'000) return fmt::format("{}.{:02} s", ms / 1000, ms % 1000 / 10);
  if (ms < 120'000) return fmt::format("{} s", ms / 1000);
  return fmt::format("{} min {} s", ms / 60'000, ms / 1000 % 60);
}

std::vector<Happening> Happenings::of_workers(const WorkersSeen& seen) {
  std::vector<Happening> told;
  version_ = seen.version;
  std::map<std::string, WorkerSeen> present;
  for (const WorkerSeen& worker : seen.workers) {
    const auto before = workers_.find(worker.id);
    const bool is_new = before == workers_.end();
    if (is_new && worker.state == "STARTING")
      told.push_back({"worker " + worker.id + " starts", Look::faint, true});
    if (worker.ready && (is_new || !before->second.ready)) told.push_back({ready_text(worker)});
    const std::string& was = is_new ? "" : before->second.state;
    if (worker.state == "DRAINING" && was != "DRAINING")
      told.push_back({"worker " + worker.id + " ends its job and then stops", Look::faint});
    if (worker.state == "STOPPING" && was != "STOPPING")
      told.push_back({"worker " + worker.id + " stops", Look::faint});
    if (worker.ready && worker.version == seen.version) ready_version_ = seen.version;
    present[worker.id] = worker;
  }
  for (const auto& [id, worker] : workers_)
    if (!present.contains(id)) told.push_back({"worker " + id + " is gone", Look::faint});
  workers_ = std::move(present);
  return told;
}

std::vector<Happening> Happenings::of_jobs(const std::vector<JobSeen>& seen) {
  std::vector<Happening> told;
  for (auto job = seen.rbegin(); job != seen.rend(); ++job) {
    if (!has_ended(job->status)) ended_.erase(job->id);  // retried
    if (!has_ended(job->status) || !ended_.insert(job->id).second || !looked_at_jobs_) continue;
    told.push_back(job_ended(*job));
  }
  looked_at_jobs_ = true;
  if (ended_.size() > remembered_max) {
    ended_.clear();
    for (const JobSeen& job : seen)
      if (has_ended(job.status)) ended_.insert(job.id);
  }
  return told;
}

std::vector<Happening> Happenings::of_health(const HealthSeen& seen) {
  const std::string before = health_.waits ? health_.waits->reason : "";
  const std::string reason = seen.waits ? seen.waits->reason : "";
  health_ = seen;
  if (reason != before || reason == told_waits_) return {};
  told_waits_ = reason;
  if (reason.empty()) return {};
  return {{"waiting (" + reason + "): " + seen.waits->text}};
}

std::string Happenings::state() const {
  std::size_t starting = 0, idle = 0, at_work = 0, ending = 0;
  for (const auto& [id, worker] : workers_) {
    if (worker.state == "STARTING") ++starting;
    if (worker.state == "IDLE") ++idle;
    if (worker.state == "BUSY") ++at_work;
    if (worker.state == "DRAINING" || worker.state == "STOPPING") ++ending;
  }
  std::string text;
  for (const auto& [count, word] :
       {std::pair{at_work, "busy"}, {idle, "idle"}, {starting, "starting"}, {ending, "ending"}})
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  return fmt::format("workers: {}; jobs: {} waiting, {} running, {} completed, {} failed",
                     text.empty() ? "none" : text, health_.queued, health_.running, health_.completed,
                     health_.failed);
}

bool Happenings::busy() const {
  const auto moves = [](const auto& item) { return item.second.state != "IDLE"; };
  return health_.queued + health_.running > 0 || std::any_of(workers_.begin(), workers_.end(), moves);
}

}  // namespace pilotlight::dev
