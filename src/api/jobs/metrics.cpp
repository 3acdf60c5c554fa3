#include "api/jobs/metrics.hpp"

#include <algorithm>

#include "api/jobs/job_view.hpp"
#include "api/json.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

/// {"p50":…,…}, the values of which at least so many percent are not above; null without values.
std::string percentiles_json(std::vector<milliseconds> values) {
  if (values.empty()) return "null";
  std::sort(values.begin(), values.end());
  std::string json;
  for (const std::size_t percent : {50U, 70U, 90U, 98U, 100U}) {
    const std::size_t rank = (values.size() * percent + 99) / 100;
    json += json.empty() ? '{' : ',';
    json += percent == 100 ? "\"max\":" : "\"p" + std::to_string(percent) + "\":";
    json += std::to_string(values[rank - 1].count());
  }
  return json + "}";
}

std::string times_json(const std::vector<answer::JobTimes>& recent) {
  std::vector<milliseconds> delays, executions;
  for (const answer::JobTimes& times : recent) {
    delays.push_back(times.delay);
    executions.push_back(times.execution);
  }
  return "{\"jobs\":" + std::to_string(recent.size()) +
         ",\"delayTime\":" + percentiles_json(std::move(delays)) +
         ",\"executionTime\":" + percentiles_json(std::move(executions)) + "}";
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
  std::string counts;
  for (const auto& [name, value] : jobs) {
    counts += counts.empty() ? '{' : ',';
    counts += json_string(name) + ":" + std::to_string(value);
  }
  std::string ready;
  for (const WorkerId& worker : metrics.ready) ready += (ready.empty() ? "\"" : ",\"") + worker.text() + "\"";
  return "{\"workers\":" + workers_json(health) + ",\"readyWorkers\":[" + ready + "],\"jobs\":" + counts +
         "},\"queueDelay\":" + std::to_string(metrics.queue_delay.count()) +
         ",\"recent\":" + times_json(metrics.recent) + "}";
}

awaitable<Response> metrics(Context& context, Account, Request request, Exchange& exchange) {
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadMetrics{ticket_none, target_of(request).endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  co_return json_response(200, metrics_json(std::get<answer::Metrics>(reply.answer)));
}

}  // namespace pilotlight::api
