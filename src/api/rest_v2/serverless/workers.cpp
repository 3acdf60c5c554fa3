#include "api/rest_v2/serverless/workers.hpp"

#include <algorithm>
#include <optional>

#include "api/json_writer.hpp"
#include "api/rest_v2/serverless/shown.hpp"
#include "base/assert.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

enum class Status : std::uint8_t { running, idle, initializing, unhealthy };

/// As /health counts the worker; nullopt if it does not.
std::optional<Status> status_of(const answer::WorkerStatus& worker) {
  if (!worker.jobs.empty()) return Status::running;
  switch (worker.worker.state) {
    case WorkerState::starting:
      if (worker.worker.origin == WorkerOrigin::by_hand) return std::nullopt;
      return worker.unhealthy ? Status::unhealthy : Status::initializing;
    case WorkerState::idle:
    case WorkerState::busy: return Status::idle;
    case WorkerState::draining:
    case WorkerState::stopping: return std::nullopt;
  }
  UNREACHABLE();
}

std::string_view name_of(Status status) {
  switch (status) {
    case Status::running: return "RUNNING";
    case Status::idle: return "IDLE";
    case Status::initializing: return "INITIALIZING";
    case Status::unhealthy: return "UNHEALTHY";
  }
  UNREACHABLE();
}

struct Current {
  const answer::WorkerStatus* worker;
  Status status;

  Position position() const { return {to_ms(worker->worker.created), worker->worker.id.text()}; }
};

/// Newest first.
std::vector<Current> current_workers(const answer::Workers& told) {
  std::vector<Current> all;
  for (const answer::WorkerStatus& worker : told.workers)
    if (const auto status = status_of(worker)) all.push_back({&worker, *status});
  std::sort(all.begin(), all.end(),
            [](const Current& a, const Current& b) { return stands_before(a.position(), b.position()); });
  return all;
}

bool is_stale(const Current& current, const answer::Workers& told) {
  return current.worker->worker.endpoint_version < told.version;
}

void add_worker(JsonWriter& json, const Current& current, const SeenWorkers& workers) {
  const Worker& worker = current.worker->worker;
  const Endpoint& endpoint = *workers.seen.entry.endpoint;
  const bool stale = is_stale(current, workers.told);
  json.text("id", worker.id.view()).text("status", name_of(current.status)).flag("isStale", stale);
  json.number("version", worker.endpoint_version);
  json.number("gpuCount", is_on_cpus(endpoint) ? 0 : std::max<std::int64_t>(0, endpoint.gpu_count));
  const bool known = !stale && workers.seen.used && !workers.seen.used->image.empty();
  known ? json.text("image", workers.seen.used->image) : json.null("image");
  const auto& started = current.worker->started;
  if (started) {
    const auto uptime = std::chrono::floor<seconds>(workers.now - *started);
    json.number("uptimeSeconds", std::max<std::int64_t>(0, uptime.count()));
  } else {
    json.null("uptimeSeconds");
  }
  json.null("gpuTypeId").null("dataCenterId");
  started ? json.text("startedAt", to_iso8601(*started)) : json.null("startedAt");
}

void add_summary(JsonWriter& json, const std::vector<Current>& all, std::uint64_t unhealthy_at_least) {
  const auto count = [&all](Status status) {
    return static_cast<std::uint64_t>(
        std::count_if(all.begin(), all.end(), [status](const Current& one) { return one.status == status; }));
  };
  const std::uint64_t there = count(Status::unhealthy);
  const std::uint64_t unhealthy = std::max(there, unhealthy_at_least);
  json.open("summary").number("running", count(Status::running)).number("idle", count(Status::idle));
  json.number("initializing", count(Status::initializing)).number("throttled", 0);
  json.number("unhealthy", unhealthy).number("total", all.size() + unhealthy - there).close();
}

}  // namespace

std::string workers_view(const SeenWorkers& workers, const PageQuery& query) {
  const std::vector<Current> all = current_workers(workers.told);
  JsonWriter json;
  const auto position = [&all](std::size_t i) { return all[i].position(); };
  const Page page = add_items(json, query, all.size(), position, [&](std::size_t i) {
    add_worker(json.open(), all[i], workers);
    json.close();
  });
  add_summary(json, all, workers.unhealthy);
  json.number("endpointVersion", workers.told.version);
  add_pagination(json, page);
  return json.done();
}

std::string releases_view(const answer::Workers& told, const PageQuery& query) {
  const std::vector<Current> all = current_workers(told);
  const auto latest = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&told](const Current& one) { return !is_stale(one, told); }));
  JsonWriter json;
  json.number("endpointVersion", told.version).open("rollout").flag("inProgress", latest < all.size());
  json.number("workersOnLatest", latest).number("workersTotal", all.size());
  json.number("percentOnLatest", all.empty() ? 100 : latest * 100 / all.size()).close();
  add_pagination(json, add_items(json, query, 0, {}, {}));
  return json.done();
}

}  // namespace pilotlight::api::rest_v2::serverless
