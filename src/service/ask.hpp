#pragma once

#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"
#include "domain/command.hpp"
#include "engine/reply.hpp"
#include "service/context.hpp"

// Questions to the control plane. Include it only where one is asked: it brings all commands and answers.
namespace pilotlight::service {

template <class Asked>
void set_ticket(Asked& command, Ticket ticket) {
  if constexpr (std::is_same_v<Asked, Command>)
    std::visit([ticket](auto& c) { set_ticket(c, ticket); }, command);
  else if constexpr (requires { command.ticket; })
    command.ticket = ticket;
  else
    UNREACHABLE();
}

template <class Asked>
net::awaitable<engine::Reply> Asker::ask(engine::Lane lane, Asked command,
                                         std::vector<StoredPayload> payloads, net::Exchange* exchange) {
  engine::Reply reply;
  auto initiation = [this, lane, &command, &payloads, &reply, exchange](Resume resume) {
    const Ticket ticket = open(reply, std::move(resume));
    set_ticket(command, ticket);
    if (exchange != nullptr) exchange->on_hangup([this, ticket] { abandon(ticket); });
    send(lane, std::move(command), std::move(payloads));
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<net::Executor>, void()>(
      initiation, net::use_awaitable);
  if (exchange != nullptr) exchange->on_hangup({});
  co_return reply;
}

/// Asks the control plane on its control lane; an answer of another kind than `Answer` is a refusal.
template <class Answer, class Question>
awaitable<Result<Answer>> ask(Context& context, Exchange& exchange, Question question) {
  engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::control, std::move(question), {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refusal(no->code, no->message);
  co_return std::move(std::get<Answer>(reply.answer));
}

}  // namespace pilotlight::service
