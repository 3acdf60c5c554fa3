#include "api/jobs/metrics.hpp"

#include <algorithm>

#include "api/jobs/job_view.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/endpoints/endpoints.hpp"

namespace pilotlight::api {
namespace {

/// The member {"p50":…,…}: the values that so many percent are not above; null without values.
void add_percentiles(JsonWriter& json, std::string_view name, std::vector<milliseconds> values) {
  if (values.empty()) {
    json.null(name);
    return;
  }
  std::sort(values.begin(), values.end());
  json.open(name);
  for (const std::size_t percent : {50U, 70U, 90U, 98U, 100U}) {
    const std::size_t rank = (values.size() * percent + 99) / 100;
    json.number(percent == 100 ? "max" : "p" + std::to_string(percent), values[rank - 1].count());
  }
  json.close();
}

void add_times(JsonWriter& json, const std::vector<answer::JobTimes>& recent) {
  std::vector<milliseconds> delays, executions;
  for (const answer::JobTimes& times : recent) {
    delays.push_back(times.delay);
    executions.push_back(times.execution);
  }
  json.open("recent").number("jobs", recent.size());
  add_percentiles(json, "delayTime", std::move(delays));
  add_percentiles(json, "executionTime", std::move(executions));
  json.close();
}

}  // namespace

std::string metrics_json(const answer::Metrics& metrics) {
  const answer::Health& health = metrics.health;
  const std::pair<std::string_view, std::uint64_t> jobs[] = {{"inQueue", health.in_queue},
                                                             {"inProgress", health.in_progress},
                                                             {"submitted", metrics.submitted},
                                                             {"completed", health.completed},
                                                             {"failed", health.failed - metrics.timed_out},
                                                             {"cancelled", metrics.cancelled},
                                                             {"timedOut", metrics.timed_out},
                                                             {"retried", health.retried}};
  JsonWriter json;
  add_workers(json, health);
  json.list("readyWorkers");
  for (const WorkerId& worker : metrics.ready) json.text_element(worker.text());
  json.end().open("jobs");
  for (const auto& [name, value] : jobs) json.number(name, value);
  json.close().number("queueDelay", metrics.queue_delay.count());
  add_times(json, metrics.recent);
  return json.done();
}

awaitable<Response> metrics(Context& context, Account, Request request, Exchange& exchange) {
  const auto read = co_await service::read_metrics(context, exchange, target_of(request).endpoint);
  co_return read ? json_response(200, metrics_json(*read)) : refused(read.error());
}

}  // namespace pilotlight::api
