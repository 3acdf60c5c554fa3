#pragma once

#include "engine/engine.hpp"
#include "ports/store.hpp"
#include "webhook/sender.hpp"

namespace pilotlight::server {

/// Tells the ends of jobs: puts together what the store has of them, hands it to the sender, and reports
/// what came of it to the control plane.
class WebhookOutbox {
 public:
  /// Store and engine outlive it.
  WebhookOutbox(Store& store, engine::Engine& engine, webhook::SenderOptions options)
      : store_(store), engine_(engine), sender_(std::move(options)) {}

  /// Any thread; the store is read on a files thread.
  void send(const effect::SendWebhook& effect);

 private:
  void read_and_send(const effect::SendWebhook& effect);
  void report(const effect::SendWebhook& effect, webhook::Outcome outcome);

  Store& store_;
  engine::Engine& engine_;
  webhook::Sender sender_;  ///< last: what it reports goes to the engine
};

}  // namespace pilotlight::server
