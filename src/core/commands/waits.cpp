// Claims, and the ends of waits.
#include "base/mark.hpp"
#include "core/commands/handlers.hpp"
#include "core/dispatch.hpp"
#include "domain/command.hpp"

namespace pilotlight::core {

void on(const command::Claim& c, Waiters& waiters) {
  waiters.claim(c.ticket, c.name, c.wait);
}

void on(const command::Release& c, Waiters& waiters) {
  waiters.release(c.name);
}

void Dispatch::on(const command::Abandon& c) {
  if (c.asker == ticket_none) return;
  if (Waiter* open = waiters_.find(c.asker)) answer(*open, answer::Abandoned{});
}

void Dispatch::on(const command::EndWaits&) {
  MARK("core.waits_end");
  waiters_.end_all();
  answer_waits();
}

}  // namespace pilotlight::core
