#pragma once

#include <map>
#include <mutex>

#include "keeper/wire/client.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::runtime {

/// Runs workers as processes of this machine, through the keeper. Its reports are those of the client.
class ProcessRuntime final : public Runtime {
 public:
  explicit ProcessRuntime(keeper::KeeperClient& keeper) : keeper_(keeper) {}

  void prepare(WorkerSpec spec) override;
  void start(WorkerId worker) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  void list() override;
  void read_output(WorkerId worker, Timestamp asked) override;

 private:
  keeper::KeeperClient& keeper_;
  std::mutex mutex_;
  std::map<WorkerId, Fd> gates_;  ///< gates of workers that were prepared and not started
};

}  // namespace pilotlight::runtime
