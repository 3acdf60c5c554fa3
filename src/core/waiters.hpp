#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/call.hpp"
#include "core/deadlines.hpp"
#include "domain/jobs/stream.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::core {

struct LiveJob;
struct LiveWorker;
struct Waiter;

enum class WaiterKind : std::uint8_t { take, stops, job, claim, stream };

/// The claims that somebody holds, each with the waiters that want it next, oldest first.
using Claims = std::map<std::string, std::vector<Waiter*>>;

/// An open question. It is answered exactly once: by `Waiters::answer`, which forgets it.
struct Waiter : Deadline {
  Waiter() : Deadline(DueKind::waiter) {}

  Ticket ticket = ticket_none;
  WaiterKind kind = WaiterKind::take;
  LiveWorker* worker = nullptr;  ///< take, stops
  LiveJob* job = nullptr;        ///< job, stream
  Waiter* before = nullptr;      ///< job: neighbours among those who wait for it
  Waiter* behind = nullptr;
  Claims::iterator claim{};             ///< claim
  std::optional<StreamPosition> after;  ///< stream
  std::uint32_t max = 1;                ///< take
  SdkVersion sdk{};                     ///< take: as this poll tells it
  bool busy = false;                    ///< take: this poll states that its worker runs a job
};

/// The open questions, and the claims that some of them wait for.
class Waiters {
 public:
  Waiters(Call& call, Deadlines& deadlines) : call_(call), deadlines_(deadlines) {}

  std::size_t size() const { return open_.size(); }
  /// Null if no question with this ticket is open.
  Waiter* find(Ticket ticket);
  /// Calls `visit(Waiter&)` for each, which may answer the one that it is given.
  template <class Visit>
  void each(Visit&& visit) {
    for (auto next = open_.begin(); next != open_.end();) {
      Waiter& waiter = next->second;
      ++next;
      visit(waiter);
    }
  }

  /// `ticket` names an asker, and no open question.
  Waiter& park(Ticket ticket, WaiterKind kind, milliseconds hold);
  /// Parks a question about the job's end.
  void wait_for(LiveJob& job, Ticket ticket, milliseconds wait);
  /// The asker has the claim at once or, if others have it or wait for it, when they have released it.
  void claim(Ticket ticket, const std::string& name, milliseconds wait);
  void release(const std::string& name);
  /// Replies, and forgets the question; the job, claim or stream that it waits for forgets it too. A poll
  /// must have left its worker's lists before.
  void answer(Waiter& waiter, Answer answer);
  /// Every wait that begins from now on is due at once.
  void end_all() { over_ = true; }

 private:
  static void leave_job(Waiter& waiter);

  Call& call_;
  Deadlines& deadlines_;
  std::map<Ticket, Waiter> open_;
  Claims claims_;
  bool over_ = false;  ///< nobody is left waiting any more
};

}  // namespace pilotlight::core
