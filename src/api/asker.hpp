#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/engine.hpp"
#include "net/asio.hpp"
#include "net/handler.hpp"

namespace pilotlight::api {

/// One io thread's open questions to the control plane. `ask` parks the asking coroutine until its reply is
/// delivered; everything but `deliver` happens on that thread.
class Asker final : public engine::ReplySink {
 public:
  /// `number` is this asker's place among the engine's sinks; `post` runs work on its io thread.
  Asker(unsigned number, std::function<void(std::function<void()>)> post)
      : number_(number), post_(std::move(post)) {}

  /// Before the first question.
  void connect(engine::Engine& engine) { engine_ = &engine; }

  /// Sends the command with a fresh ticket and waits for its answer. With an exchange, the question is
  /// abandoned when the peer hangs up; the answer then still comes (Abandoned, or what was on its way).
  net::awaitable<engine::Reply> ask(engine::Lane lane, Command command, std::vector<StoredPayload> payloads,
                                    net::Exchange* exchange);

  /// Sends a command that has no answer.
  void tell(engine::Lane lane, Command command) { engine_->submit(lane, std::move(command)); }

  void deliver(std::vector<engine::Reply> replies) override;

 private:
  using Handler = std::function<void(engine::Reply)>;
  struct Slot {
    std::uint32_t generation = 1;
    Handler handler;
  };

  Ticket open(Handler handler);
  void finish(engine::Reply reply);

  const unsigned number_;
  const std::function<void(std::function<void()>)> post_;
  engine::Engine* engine_ = nullptr;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace pilotlight::api
