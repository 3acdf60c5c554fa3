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
    const Opened opened = open(reply);
    opened.slot.resume.emplace(std::move(resume));
    const Ticket ticket = opened.ticket;
    set_ticket(command, ticket);
    if (exchange != nullptr) exchange->on_hangup([this, ticket] { abandon(ticket); });
    send(lane, std::move(command), std::move(payloads));
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<net::Executor>, void()>(
      initiation, net::use_awaitable);
  if (exchange != nullptr) exchange->on_hangup({});
  co_return reply;
}

template <class Asked>
net::awaitable<std::vector<engine::Reply>> Asker::ask_all(engine::Lane lane, std::vector<Asked> commands) {
  std::vector<engine::Reply> replies(commands.size());
  if (commands.empty()) co_return replies;
  auto initiation = [this, lane, &commands, &replies](Resume resume) {
    const auto group = std::make_shared<Group>(Group{std::move(resume), commands.size()});
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const Opened opened = open(replies[i]);
      opened.slot.group = group;
      set_ticket(commands[i], opened.ticket);
      send(lane, std::move(commands[i]), {});
    }
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<net::Executor>, void()>(
      initiation, net::use_awaitable);
  co_return replies;
}

/// Asks the control plane on its control lane; an answer of another kind than `Answer` is a refusal.
template <class Answer, class Question>
awaitable<Result<Answer>> ask(Context& context, Exchange& exchange, Question question) {
  engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::control, std::move(question), {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refusal(no->code, no->message);
  co_return std::move(std::get<Answer>(reply.answer));
}

/// Tells whether a command adds something or changes it. For writes of definitions, keys and credentials.
template <class Command>
Write kind_of(const Command& command) {
  if constexpr (std::is_same_v<Command, command::MakeApiKey>)
    return Write::adds;
  else if constexpr (requires { command.create; })
    return command.create ? Write::adds : Write::changes;
  else
    return Write::changes;
}

/// Asks for such a write; refused if there is no room for it.
template <class Answer, class Question>
awaitable<Result<Answer>> write(Context& context, Exchange& exchange, Question question) {
  if (const auto room = room_for(context, kind_of(question)); !room) co_return room.error();
  co_return co_await ask<Answer>(context, exchange, std::move(question));
}

/// The same of a change whose `Answer` says no more than that it was done.
template <class Answer, class Question>
awaitable<Result<void>> change(Context& context, Exchange& exchange, Question question) {
  const auto done = co_await write<Answer>(context, exchange, std::move(question));
  if (!done) co_return done.error();
  co_return Result<void>();
}

}  // namespace pilotlight::service
