#pragma once

#include <cstdint>
#include <variant>

#include "base/time.hpp"
#include "domain/accounts/commands.hpp"
#include "domain/credentials/commands.hpp"
#include "domain/definitions/commands.hpp"
#include "domain/ids.hpp"
#include "domain/jobs/commands.hpp"
#include "domain/joined.hpp"
#include "domain/webhooks/commands.hpp"
#include "domain/workers/commands.hpp"

/// The commands about the server itself.
namespace pilotlight::command {

/// The asker is gone: its poll or wait, if it is still open, is answered with Abandoned. `asker` is the
/// ticket of that question; this command has no answer of its own.
struct Abandon {
  static constexpr std::uint8_t wire = 13;
  Ticket asker = ticket_none;
};

/// Answers that were decided at `since` or later left only now, because the disk was slow. Workers made
/// their statements meanwhile without these answers, and their silence may have been ours: evidence counts
/// from now on, as after a restart.
struct AnswersDelayed {
  static constexpr std::uint8_t wire = 23;
  Timestamp since{};
};

/// Begin to shut down: no new jobs, all waits answered, workers stopped. Effect Drained when no worker holds
/// a job.
struct Drain {
  static constexpr std::uint8_t wire = 24;
};

/// The server is about to make way for the next one, which does not know who waits. Every open wait is
/// answered with how things stand, and every later one at once.
struct EndWaits {
  static constexpr std::uint8_t wire = 38;
};

}  // namespace pilotlight::command

namespace pilotlight {

using ServerCommands =
    std::variant<command::Abandon, command::AnswersDelayed, command::Drain, command::EndWaits>;

/// Everything that can be asked of the control plane or reported to it. Commands are plain values that hold
/// all that was read or drawn at the door (ids, random waits); applying one needs nothing else but the time.
/// A command with a ticket is answered by exactly one Reply effect with that ticket.
struct Command : Joined<DefinitionCommands, AccountCommands, JobCommands, WorkerCommands, WebhookCommands,
                        ServerCommands, CredentialCommands> {
  using variant::variant;
};

}  // namespace pilotlight
