#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/engine.hpp"
#include "net/asio.hpp"
#include "net/exchange.hpp"

namespace pilotlight::service {

/// One io thread's open questions to the control plane. `ask` parks the asking coroutine until its reply is
/// delivered; everything but `deliver` happens on that thread.
class Asker final : public engine::ReplySink {
 public:
  /// `number` is this asker's place among the engine's sinks; `post` runs work on its io thread.
  Asker(unsigned number, std::function<void(std::function<void()>)> post);
  ~Asker() override;

  /// Before the first question.
  void connect(engine::Engine& engine) { engine_ = &engine; }

  /// Sends the command with a fresh ticket and waits for its answer. With an exchange, the question is
  /// abandoned when the peer hangs up; the answer then still comes (Abandoned, or what was on its way).
  /// `Asked` is a command or their sum: a coroutine that waits holds no more than its own. Defined in
  /// service/ask.hpp.
  template <class Asked>
  net::awaitable<engine::Reply> ask(engine::Lane lane, Asked command, std::vector<StoredPayload> payloads,
                                    net::Exchange* exchange);

  /// Sends the commands with fresh tickets and waits for all their answers, which are in the commands' order.
  /// Defined in service/ask.hpp.
  template <class Asked>
  net::awaitable<std::vector<engine::Reply>> ask_all(engine::Lane lane, std::vector<Asked> commands);

  /// Sends a command that has no answer.
  void tell(engine::Lane lane, Command command);

  void deliver(std::vector<engine::Reply> replies) override;

 private:
  using Resume = boost::asio::async_result<boost::asio::use_awaitable_t<net::Executor>, void()>::handler_type;
  /// Questions of one coroutine, which goes on when the last of them is answered.
  struct Group {
    Resume resume;  ///< owns the coroutine
    std::size_t unanswered;
  };
  /// Free while it has neither `resume` nor `group`.
  struct Slot {
    std::uint32_t generation = 1;
    engine::Reply* reply = nullptr;  ///< where it goes: in the frame of the coroutine that asks
    std::optional<Resume> resume;    ///< single question: owns that coroutine
    std::shared_ptr<Group> group;    ///< a question among several: owns it together
  };

  /// Soon: several together, so that a crowd of requests does not wake the engine for each.
  void send(engine::Lane lane, Command command, std::vector<StoredPayload> payloads);
  /// Tells the control plane that nobody waits for this answer any more.
  void abandon(Ticket ticket);
  /// A ticket for a question whose slot the caller completes.
  struct Opened {
    Ticket ticket;
    Slot& slot;
  };
  Opened open(engine::Reply& reply);
  void finish(engine::Reply&& reply);

  const unsigned number_;
  const std::function<void(std::function<void()>)> post_;
  engine::Engine* engine_ = nullptr;
  std::vector<engine::Submission> unsent_;
  bool will_send_ = false;  ///< a turn is booked that sends them
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace pilotlight::service
