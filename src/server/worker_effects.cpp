#include "server/worker_effects.hpp"

#include "api/worker/environment.hpp"
#include "base/log.hpp"

namespace pilotlight::server {
namespace {

api::Environment variables(Store& store, const PayloadRef& ref) {
  if (!ref) return {};
  const Result<Body> body = store.read(ref);
  if (!body) {
    log::error("environment_missing reason=\"{}\"", body.error().message);
    return {};
  }
  return api::environment_from_json(*body);
}

}  // namespace

void WorkerEffects::start_worker(const effect::StartWorker& effect) {
  WorkerSpec spec;
  spec.worker = effect.worker;
  spec.endpoint = effect.endpoint;
  spec.image = effect.image;
  spec.command = effect.command;
  spec.gpu_count = effect.gpu_count;
  spec.environment =
      api::merged({api::default_environment(),
                   variables(store_, effect.template_env),
                   variables(store_, effect.endpoint_env),
                   {{"RUNPOD_GPU_COUNT", std::to_string(effect.gpu_count)}},
                   api::platform_environment(settings_, tokens_, effect.worker, effect.endpoint)});
  spec.secrets = {tokens_.token(effect.worker)};
  runtime_.start(std::move(spec));
  log::info("worker_start worker={} endpoint={} version={}", effect.worker.view(), effect.endpoint.view(),
            effect.endpoint_version);
}

}  // namespace pilotlight::server
