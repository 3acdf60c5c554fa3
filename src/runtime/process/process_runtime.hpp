#pragma once

#include "keeper/client.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::runtime {

/// Runs workers as processes of this machine, through the keeper. Its reports are those of the client.
class ProcessRuntime final : public Runtime {
 public:
  explicit ProcessRuntime(keeper::KeeperClient& keeper) : keeper_(keeper) {}

  void start(WorkerSpec spec) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  void list() override;

 private:
  keeper::KeeperClient& keeper_;
};

}  // namespace pilotlight::runtime
