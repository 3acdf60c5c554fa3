#pragma once

#include <string>

#include "engine/engine.hpp"
#include "ports/store.hpp"
#include "webhook/sender.hpp"

namespace pilotlight::service {

/// The id of a delivery: the same for every attempt to tell this end of this job, and for no other.
std::string delivery_id(const JobId& job, Timestamp outcome);

/// The post about a job's end in the words of an API. Any of the bodies may be null.
struct WebhookWords {
  std::string (*url)(const Body& extras);
  Body (*body)(const FinalJob& job, const Body& result, const Body& input, const Body& extras);
};

/// Tells the ends of jobs: puts together what the store has of them, hands it to the sender, and reports
/// what came of it to the control plane.
class WebhookOutbox {
 public:
  /// Store and engine outlive it.
  WebhookOutbox(Store& store, engine::Engine& engine, const WebhookWords& words,
                webhook::SenderOptions options)
      : store_(store), engine_(engine), words_(words), sender_(std::move(options)) {}

  /// Any thread; the store is read on a files thread.
  void send(const effect::SendWebhook& effect);

 private:
  void read_and_send(const effect::SendWebhook& effect);
  void report(const effect::SendWebhook& effect, webhook::Outcome outcome);

  Store& store_;
  engine::Engine& engine_;
  const WebhookWords words_;
  webhook::Sender sender_;  ///< last: what it reports goes to the engine
};

}  // namespace pilotlight::service
