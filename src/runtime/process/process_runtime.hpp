#pragma once

#include "keeper/client.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::runtime {

/// Runs workers as processes of this machine, through the keeper. Its reports are those of the client.
class ProcessRuntime final : public Runtime {
 public:
  explicit ProcessRuntime(keeper::KeeperClient& keeper) : keeper_(keeper) {}

  void prepare(WorkerSpec spec) override;
  void start(WorkerId worker) override { keeper_.send(keeper::Start{worker}); }
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  void list() override;

 private:
  keeper::KeeperClient& keeper_;
};

}  // namespace pilotlight::runtime
