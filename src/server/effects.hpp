#pragma once

#include <functional>

#include "api/keys.hpp"
#include "domain/accounts/effects.hpp"
#include "domain/credentials/effects.hpp"
#include "domain/definitions/effects.hpp"
#include "domain/workers/effects.hpp"
#include "engine/engine.hpp"
#include "ports/runtime.hpp"
#include "service/credentials/sealed_secrets.hpp"
#include "service/definitions/volume_folders.hpp"
#include "service/workers/start.hpp"

namespace pilotlight::server {

/// Hands the engine's effects to the parts that carry them out.
class Effects final : public engine::EffectSink {
 public:
  Effects(Runtime& runtime, service::WorkerStart& starts, api::ApiKeys& keys, service::SealedSecrets& secrets,
          service::VolumeFolders& volumes, std::function<void(const effect::SendWebhook&)> send_webhook,
          std::function<void()> on_drained)
      : runtime_(runtime),
        starts_(starts),
        keys_(keys),
        secrets_(secrets),
        volumes_(volumes),
        send_webhook_(std::move(send_webhook)),
        on_drained_(std::move(on_drained)) {}

  std::function<void()> expect_worker(const effect::StartWorker& effect) override {
    return starts_.expect(effect);
  }
  void start_worker(const effect::StartWorker& effect) override { starts_.start(effect); }
  void stop_worker(const effect::StopWorker& effect) override { runtime_.stop(effect.worker, effect.grace); }
  void forget_worker(const effect::ForgetWorker& effect) override { runtime_.forget(effect.worker); }
  void read_output(const effect::ReadOutput& effect) override {
    runtime_.read_output(effect.worker, effect.asked);
  }
  void send_webhook(const effect::SendWebhook& effect) override { send_webhook_(effect); }
  void publish_key(const effect::PublishKey& effect) override { keys_.publish(*effect.key); }
  void withdraw_key(const effect::WithdrawKey& effect) override { keys_.withdraw(effect.id); }
  void publish_secret(const effect::PublishSecret& effect) override { secrets_.publish(effect.secret); }
  void withdraw_secret(const effect::WithdrawSecret& effect) override { secrets_.withdraw(effect.id); }
  void make_volume_folder(const effect::MakeVolumeFolder& effect) override { volumes_.make(effect.id); }
  void remove_volume_folder(const effect::RemoveVolumeFolder& effect) override { volumes_.remove(effect.id); }
  void drained() override { on_drained_(); }

 private:
  Runtime& runtime_;
  service::WorkerStart& starts_;
  api::ApiKeys& keys_;
  service::SealedSecrets& secrets_;
  service::VolumeFolders& volumes_;
  const std::function<void(const effect::SendWebhook&)> send_webhook_;
  const std::function<void()> on_drained_;
};

}  // namespace pilotlight::server
