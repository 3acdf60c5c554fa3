#pragma once

#include <cstdint>
#include <variant>

#include "domain/accounts/effects.hpp"
#include "domain/answer.hpp"
#include "domain/credentials/effects.hpp"
#include "domain/definitions/effects.hpp"
#include "domain/ids.hpp"
#include "domain/joined.hpp"
#include "domain/webhooks/effects.hpp"
#include "domain/workers/effects.hpp"

/// The effects that belong to no concern.
namespace pilotlight::effect {

struct Reply {
  static constexpr std::uint8_t wire = 0;
  Ticket ticket = ticket_none;
  Answer answer;
};

/// After Drain: no worker holds a job any more and no question is open.
struct Drained {
  static constexpr std::uint8_t wire = 4;
};

}  // namespace pilotlight::effect

namespace pilotlight {

using ServerEffects = std::variant<effect::Reply, effect::Drained>;

/// Everything the world must do. Effects leave only after the records of their batch are durable, in order.
struct Effect : Joined<ServerEffects, WorkerEffects, WebhookEffects, AccountEffects, CredentialEffects,
                       DefinitionEffects> {
  using variant::variant;
};

}  // namespace pilotlight
