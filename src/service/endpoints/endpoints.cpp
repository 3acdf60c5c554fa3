#include "service/endpoints/endpoints.hpp"

#include <algorithm>

#include "service/ask.hpp"

namespace pilotlight::service {
namespace {

/// More questions at once would hold up what others ask for longer than a batch of the engine does.
constexpr std::size_t asked_together = 256;

}  // namespace

awaitable<Result<answer::Health>> read_health(Context& context, Exchange& exchange, EndpointId endpoint) {
  return ask<answer::Health>(context, exchange, command::ReadHealth{ticket_none, endpoint});
}

awaitable<std::vector<std::optional<answer::Health>>> read_healths(Context& context, Exchange& exchange,
                                                                   std::vector<EndpointId> endpoints) {
  std::vector<std::optional<answer::Health>> all;
  for (std::size_t first = 0; first < endpoints.size(); first += asked_together) {
    std::vector<command::ReadHealth> questions;
    for (std::size_t i = first; i < std::min(endpoints.size(), first + asked_together); ++i)
      questions.push_back({ticket_none, endpoints[i]});
    auto replies = co_await context.asker(exchange).ask_all(engine::Lane::control, std::move(questions));
    for (engine::Reply& reply : replies) {
      auto* health = std::get_if<answer::Health>(&reply.answer);
      all.push_back(health == nullptr ? std::nullopt : std::optional(std::move(*health)));
    }
  }
  co_return all;
}

awaitable<Result<answer::Metrics>> read_metrics(Context& context, Exchange& exchange, EndpointId endpoint) {
  return ask<answer::Metrics>(context, exchange, command::ReadMetrics{ticket_none, endpoint});
}

awaitable<Result<answer::Workers>> read_workers(Context& context, Exchange& exchange, EndpointId endpoint) {
  return ask<answer::Workers>(context, exchange, command::ReadWorkers{ticket_none, endpoint});
}

awaitable<Result<WorkersAndHealth>> read_workers_and_health(Context& context, Exchange& exchange,
                                                            EndpointId endpoint) {
  std::vector<Command> questions;
  questions.emplace_back(command::ReadWorkers{ticket_none, endpoint});
  questions.emplace_back(command::ReadHealth{ticket_none, endpoint});
  auto replies = co_await context.asker(exchange).ask_all(engine::Lane::control, std::move(questions));
  for (const engine::Reply& reply : replies)
    if (const auto* no = std::get_if<answer::Refused>(&reply.answer))
      co_return refusal(no->code, no->message);
  co_return WorkersAndHealth{std::move(std::get<answer::Workers>(replies[0].answer)),
                             std::get<answer::Health>(replies[1].answer)};
}

awaitable<Result<answer::QueuePurged>> purge_queue(Context& context, Exchange& exchange,
                                                   EndpointId endpoint) {
  return ask<answer::QueuePurged>(context, exchange, command::PurgeQueue{ticket_none, endpoint});
}

awaitable<Result<answer::EndpointSaved>> restart_workers(Context& context, Exchange& exchange,
                                                         EndpointId endpoint, bool kill) {
  return write<answer::EndpointSaved>(context, exchange,
                                      command::RestartWorkers{ticket_none, endpoint, kill});
}

}  // namespace pilotlight::service
