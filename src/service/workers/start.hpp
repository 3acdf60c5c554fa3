#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "domain/workers/effects.hpp"
#include "ports/runtime.hpp"
#include "ports/store.hpp"
#include "service/credentials/sealed_secrets.hpp"
#include "service/credentials/sealing.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {

/// Starts workers: fetches the variables that the control plane only knows by reference, puts secrets into
/// them, and adds those of the platform.
class WorkerStart {
 public:
  /// `url`: the address of the server as workers reach it. All others outlive it.
  WorkerStart(Store& store, Runtime& runtime, const WorkerTokens& tokens, const SealedSecrets& secrets,
              Sealing& sealing, std::string url)
      : store_(store),
        runtime_(runtime),
        tokens_(tokens),
        secrets_(secrets),
        sealing_(sealing),
        url_(std::move(url)) {}

  /// The work that makes a worker ready before its start is durable; on a files thread. Nothing of the worker
  /// can be seen from outside until `start`.
  std::function<void()> expect(const effect::StartWorker& effect);
  /// Starts a worker; waits for the work of `expect` if that is under way.
  void start(const effect::StartWorker& effect);

 private:
  enum class Variables : std::uint8_t { needed, as_they_are };
  enum class Progress : std::uint8_t { under_way, done, failed };

  Result<std::string> secret_named(std::string_view name) const;
  /// False if variables are needed that the store does not have, perhaps not yet.
  bool prepare(const effect::StartWorker& effect, Variables variables);
  void prepare_ahead(const effect::StartWorker& effect);
  /// Whether the worker is prepared; waits for it if that is under way.
  bool take_prepared(WorkerId worker);

  Store& store_;
  Runtime& runtime_;
  const WorkerTokens& tokens_;
  const SealedSecrets& secrets_;
  Sealing& sealing_;
  const std::string url_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<WorkerId, Progress> expected_;
};

}  // namespace pilotlight::service
