#include "service/workers/start.hpp"

#include "base/log.hpp"
#include "service/credentials/substitution.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::service {
namespace {

std::optional<Environment> variables(Store& store, const PayloadRef& ref) {
  if (!ref) return Environment{};
  const Result<Body> body = store.read(ref);
  if (!body) return std::nullopt;
  return environment_from_json(*body);
}

}  // namespace

Result<std::string> WorkerStart::secret_named(std::string_view name) const {
  const auto sealed = secrets_.named(name);
  if (sealed == nullptr) return refusal(Errc::not_found, "there is no secret of this name");
  return sealing_.open(sealed->value);
}

bool WorkerStart::prepare(const effect::StartWorker& effect, Variables wanted) {
  const auto of_template = variables(store_, effect.template_env);
  const auto of_endpoint = variables(store_, effect.endpoint_env);
  const bool complete = of_template && of_endpoint;
  if (!complete && wanted == Variables::needed) return false;
  if (!complete) log::error("environment_missing worker={}", effect.worker.view());
  WorkerSpec spec;
  spec.worker = effect.worker;
  spec.endpoint = effect.endpoint;
  spec.image = effect.image;
  spec.command = effect.command;
  spec.gpu_count = effect.gpu_count;
  spec.names_volumes = effect.names_volumes;
  Environment given = merged({of_template.value_or(Environment{}), of_endpoint.value_or(Environment{})});
  Substituted own =
      with_secrets(std::move(given), [this](std::string_view name) { return secret_named(name); });
  spec.note = std::move(own.note);
  spec.environment = merged({default_environment(),
                             std::move(own.variables),
                             {{"RUNPOD_GPU_COUNT", std::to_string(effect.gpu_count)}},
                             platform_environment(url_, tokens_, effect.worker, effect.endpoint)});
  spec.secrets = std::move(own.hidden);
  spec.secrets.push_back(tokens_.token(effect.worker));
  runtime_.prepare(std::move(spec));
  return true;
}

std::function<void()> WorkerStart::expect(const effect::StartWorker& effect) {
  const std::lock_guard lock(mutex_);
  expected_.emplace(effect.worker, Progress::under_way);
  return [this, effect] { prepare_ahead(effect); };
}

void WorkerStart::prepare_ahead(const effect::StartWorker& effect) {
  const bool prepared = prepare(effect, Variables::needed);
  {
    const std::lock_guard lock(mutex_);
    const auto found = expected_.find(effect.worker);
    if (found != expected_.end()) found->second = prepared ? Progress::done : Progress::failed;
  }
  changed_.notify_all();
}

bool WorkerStart::take_prepared(WorkerId worker) {
  std::unique_lock lock(mutex_);
  const auto found = expected_.find(worker);
  if (found == expected_.end()) return false;
  changed_.wait(lock, [&] { return found->second != Progress::under_way; });
  return expected_.extract(found).mapped() == Progress::done;
}

void WorkerStart::start(const effect::StartWorker& effect) {
  if (!take_prepared(effect.worker)) prepare(effect, Variables::as_they_are);
  runtime_.start(effect.worker);
  log::info("worker_start worker={} endpoint={} version={}", effect.worker.view(), effect.endpoint.view(),
            effect.endpoint_version);
}

}  // namespace pilotlight::service
