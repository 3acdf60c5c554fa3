#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

#include "api/context.hpp"
#include "engine/engine.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::server {

/// Carries the engine's effects to a runtime, for which it fetches the variables that the core only knows by
/// reference and fills in what the platform adds, and to the outbox of webhooks.
class Effects final : public engine::EffectSink {
 public:
  Effects(Store& store, const api::Settings& settings, const api::WorkerTokens& tokens, Runtime& runtime,
          std::function<void(const effect::SendWebhook&)> send_webhook, std::function<void()> on_drained)
      : store_(store),
        settings_(settings),
        tokens_(tokens),
        runtime_(runtime),
        send_webhook_(std::move(send_webhook)),
        on_drained_(std::move(on_drained)) {}

  std::function<void()> expect_worker(const effect::StartWorker& effect) override;
  void start_worker(const effect::StartWorker& effect) override;
  void stop_worker(const effect::StopWorker& effect) override { runtime_.stop(effect.worker, effect.grace); }
  void forget_worker(const effect::ForgetWorker& effect) override { runtime_.forget(effect.worker); }
  void read_output(const effect::ReadOutput& effect) override {
    runtime_.read_output(effect.worker, effect.asked);
  }
  void send_webhook(const effect::SendWebhook& effect) override { send_webhook_(effect); }
  void drained() override { on_drained_(); }

 private:
  enum class Variables : std::uint8_t { needed, as_they_are };

  /// False if variables are needed that the store does not have, perhaps not yet.
  bool prepare(const effect::StartWorker& effect, Variables variables);
  void prepare_ahead(const effect::StartWorker& effect);
  /// Whether the worker is prepared; waits for it if that is under way.
  bool take_prepared(WorkerId worker);

  Store& store_;
  const api::Settings& settings_;
  const api::WorkerTokens& tokens_;
  Runtime& runtime_;
  const std::function<void(const effect::SendWebhook&)> send_webhook_;
  const std::function<void()> on_drained_;

  enum class Progress : std::uint8_t { under_way, done, failed };
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<WorkerId, Progress> expected_;
};

}  // namespace pilotlight::server
