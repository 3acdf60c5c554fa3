#pragma once

#include <functional>

#include "api/context.hpp"
#include "engine/engine.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::server {

/// Carries the engine's effects to a runtime: fetches the variables that the core only knows by reference,
/// and fills in what the platform adds. On the store thread.
class WorkerEffects final : public engine::EffectSink {
 public:
  WorkerEffects(Store& store, const api::Settings& settings, const api::WorkerTokens& tokens,
                Runtime& runtime, std::function<void()> on_drained)
      : store_(store),
        settings_(settings),
        tokens_(tokens),
        runtime_(runtime),
        on_drained_(std::move(on_drained)) {}

  void start_worker(const effect::StartWorker& effect) override;
  void stop_worker(const effect::StopWorker& effect) override { runtime_.stop(effect.worker, effect.grace); }
  void forget_worker(const effect::ForgetWorker& effect) override { runtime_.forget(effect.worker); }
  void drained() override { on_drained_(); }

 private:
  Store& store_;
  const api::Settings& settings_;
  const api::WorkerTokens& tokens_;
  Runtime& runtime_;
  const std::function<void()> on_drained_;
};

}  // namespace pilotlight::server
