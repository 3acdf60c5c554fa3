#pragma once

#include <optional>
#include <string>
#include <utility>

#include "service/ask.hpp"

namespace pilotlight::service {

inline constexpr milliseconds claim_wait{10'000};

/// Does the work, which has not begun, while this asker alone has the claim; nullopt, and nothing is done, if
/// others have it for too long or the client hangs up before it is free.
template <class T>
awaitable<std::optional<T>> under_claim(Context& context, Exchange& exchange, std::string name,
                                        awaitable<T> work) {
  command::Claim claim{ticket_none, name, claim_wait};
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::control, std::move(claim), {}, &exchange);
  if (!std::holds_alternative<answer::Claimed>(reply.answer)) co_return std::nullopt;
  std::optional<T> done = co_await std::move(work);
  context.asker(exchange).tell(engine::Lane::control, command::Release{std::move(name)});
  co_return done;
}

}  // namespace pilotlight::service
