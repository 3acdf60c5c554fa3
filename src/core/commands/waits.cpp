// Claims, and the ends of waits.
#include "base/mark.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::Claim& c) {
  waiters.claim(c.ticket, c.name, c.wait);
}

void State::on(const command::Release& c) {
  waiters.release(c.name);
}

void State::on(const command::Abandon& c) {
  if (c.asker == ticket_none) return;
  if (Waiter* open = waiters.find(c.asker)) answer(*open, answer::Abandoned{});
}

void State::on(const command::EndWaits&) {
  MARK("core.waits_end");
  waiters.end_all();
  answer_waits();
}

}  // namespace pilotlight::core
