#include "api/jobs/job_view.hpp"

#include "api/json_writer.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {
namespace {

std::string_view name_of(JobStepKind kind) {
  switch (kind) {
    case JobStepKind::submitted: return "submitted";
    case JobStepKind::leased: return "leased";
    case JobStepKind::not_taken:
    case JobStepKind::lost:
    case JobStepKind::no_result:
    case JobStepKind::failed: return "returned";
    case JobStepKind::ended: return "ended";
    case JobStepKind::retried: return "retried";
  }
  UNREACHABLE();
}

/// Why it came back; empty if it did not.
std::string_view reason_of(JobStepKind kind) {
  switch (kind) {
    case JobStepKind::not_taken: return "not_taken";
    case JobStepKind::lost: return "worker_lost";
    case JobStepKind::no_result: return "no_result";
    case JobStepKind::failed: return "failed";
    case JobStepKind::submitted:
    case JobStepKind::leased:
    case JobStepKind::ended:
    case JobStepKind::retried: return {};
  }
  UNREACHABLE();
}

/// The field "crash" with how a job's worker ended.
void add_crash(JsonWriter& fields, const Crash& crash) {
  fields.open("crash");
  crash.signal != 0 ? fields.number("signal", crash.signal) : fields.number("exitCode", crash.exit_code);
  fields.text("output", crash.output).close();
}

/// The field "waiting" with the reason; null if nothing holds the job up.
void add_waiting(JsonWriter& fields, const Waiting& waiting) {
  if (waiting.reason == WaitReason::none) {
    fields.null("waiting");
    return;
  }
  fields.open("waiting").text("reason", wire_name(waiting.reason)).text("text", waiting.text);
  if (waiting.until) fields.text("until", to_iso8601(*waiting.until));
  if (waiting.reason == WaitReason::crash_loop) fields.number("exitCode", waiting.exit_code);
  if (!waiting.detail.empty()) fields.text("detail", waiting.detail);
  fields.close();
}

}  // namespace

std::string end_text(const FinalJob& job) {
  switch (job.reason) {
    case EndReason::answered:
    case EndReason::cancelled: return {};
    case EndReason::execution_timeout: return "executionTimeout exceeded";
    case EndReason::lost: return "job timed out after " + std::to_string(job.retries) + " retries";
    case EndReason::no_result:
      return "worker finished without reporting a result" + (job.cause.empty() ? "" : ": " + job.cause);
    case EndReason::stream_full: return "the job streamed more than the server keeps for one job";
    case EndReason::stream_no_space: return "the disk had no space for what the job streamed";
    case EndReason::ttl: return "the job's ttl ended before it was finished";
  }
  UNREACHABLE();
}

void add_workers(JsonWriter& json, const answer::Health& health) {
  json.open("workers").number("idle", health.idle).number("initializing", health.initializing);
  json.number("ready", health.ready).number("running", health.running);
  json.number("throttled", health.throttled).number("unhealthy", health.unhealthy).close();
}

void add_waiting_member(JsonWriter& json, const Waiting& waiting) {
  if (waiting.reason == WaitReason::none) return;
  add_waiting(json.open("pilotlight"), waiting);
  json.close();
}

net::Response live_view(const answer::JobLive& job, const Body& progress) {
  JsonWriter fields;
  if (job.delay) fields.number("delayTime", job.delay->count());
  fields.text("id", job.id.text());
  if (job.retries > 0) fields.number("retries", job.retries);
  fields.text("status", wire_name(job.state));
  if (!job.worker.empty()) fields.text("workerId", job.worker.view());
  if (job.state == JobState::in_queue) {
    fields.open("pilotlight");
    if (job.waiting.expected)
      fields.text("expectedStart", to_iso8601(*job.waiting.expected));
    else
      fields.null("expectedStart");
    add_waiting(fields, job.waiting);
    fields.close();
  }
  net::Response response;
  if (progress) fields.value_follows("output");
  response.head = fields.unclosed();
  response.payload = progress;
  response.tail = "}";
  return response;
}

JsonWriter final_members(const FinalJob& job) {
  JsonWriter fields;
  if (job.leased) fields.number("delayTime", job.delay.count());
  if (const std::string error = end_text(job); !error.empty()) fields.text("error", error);
  if (job.leased) fields.number("executionTime", (job.finished - *job.leased).count());
  fields.text("id", job.id.text());
  if (job.retries > 0) fields.number("retries", job.retries);
  fields.text("status", wire_name(job.state));
  if (!job.worker.empty()) fields.text("workerId", job.worker.view());
  if (job.crash) {
    add_crash(fields.open("pilotlight"), *job.crash);
    fields.close();
  }
  return fields;
}

net::Response final_view(const FinalJob& job, const Body& result) {
  net::Response response;
  response.head = final_members(job).unclosed();
  if (result && !result->empty()) {
    response.head += ',';
    response.payload = result;
  }
  response.tail = "}";
  return response;
}

net::Response found_view(const service::FoundJob& found) {
  const auto* live = std::get_if<service::LiveJob>(&found);
  if (live != nullptr) return live_view(live->job, live->progress);
  const auto& ended = std::get<service::EndedJob>(found);
  return final_view(ended.job, ended.result);
}

std::string events_view(const StoredJob& stored) {
  JsonWriter fields;
  const auto* ended = std::get_if<FinalJob>(&stored);
  if (const std::string error = ended != nullptr ? end_text(*ended) : ""; !error.empty())
    fields.text("error", error);
  fields.list("events");
  for (const JobStep& step : std::visit([](const auto& job) { return steps_of(job); }, stored)) {
    fields.open().text("at", to_iso8601(step.at));
    if (step.crash) add_crash(fields, *step.crash);
    if (!step.error.empty()) fields.text("error", step.error);
    fields.text("event", name_of(step.kind));
    if (const std::string_view why = reason_of(step.kind); !why.empty()) fields.text("reason", why);
    if (step.kind == JobStepKind::ended) fields.text("status", wire_name(step.state));
    if (!step.worker.empty()) fields.text("workerId", step.worker.view());
    fields.close();
  }
  fields.end().text("id", std::visit([](const auto& job) { return job.id; }, stored).text());
  const auto* live = std::get_if<Job>(&stored);
  if (live != nullptr && live->not_before != Timestamp{})
    fields.text("notBefore", to_iso8601(live->not_before));
  fields.text("status", wire_name(std::visit([](const auto& job) { return job.state; }, stored)));
  return fields.done();
}

std::string listed_view(const StoredJob& stored, std::string_view error) {
  const Job* live = std::get_if<Job>(&stored);
  const FinalJob* ended = std::get_if<FinalJob>(&stored);
  const auto of_both = [&stored](auto&& field) {
    return std::visit([&field](const auto& job) { return field(job); }, stored);
  };
  const JobId id = of_both([](const auto& job) { return job.id; });
  const auto leased = of_both([](const auto& job) { return job.leased; });
  const auto retries = of_both([](const auto& job) { return job.retries; });
  const WorkerId worker = of_both([](const auto& job) { return job.worker; });
  JsonWriter fields;
  fields.number("createdAt", created_ms(id));
  if (ended != nullptr) fields.number("completedAt", to_ms(ended->finished));
  if (leased) {
    fields.number("delayTime", ended != nullptr ? ended->delay.count() : delay_of(*live)->count());
    if (ended != nullptr) fields.number("executionTime", (ended->finished - *leased).count());
    fields.number("startedAt", to_ms(*leased));
  }
  if (!error.empty()) fields.text("error", error);
  fields.text("id", id.text());
  if (retries > 0) fields.number("retries", retries);
  fields.text("status", wire_name(of_both([](const auto& job) { return job.state; })));
  if (!worker.empty()) fields.text("workerId", worker.view());
  return fields.done();
}

}  // namespace pilotlight::api
