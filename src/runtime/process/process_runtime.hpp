#pragma once

#include <map>
#include <mutex>

#include "keeper/wire/client.hpp"
#include "runtime/report_queue.hpp"

namespace pilotlight::runtime {

/// Runs workers as processes of this machine, through the keeper. Any image that is not of its scheme is only
/// noted in the worker's log.
class ProcessRuntime final : public Runtime {
 public:
  /// Takes the reports of a client that has not begun; the client may outlive the runtime.
  explicit ProcessRuntime(keeper::KeeperClient& keeper);
  ~ProcessRuntime() override { reports_->close(); }

  RuntimeCapabilities capabilities() const override;
  void subscribe(RuntimeReports reports) override { reports_->subscribe(std::move(reports)); }
  void prepare(WorkerSpec spec) override;
  void start(WorkerId worker) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  void list() override;
  void read_output(WorkerId worker, Timestamp asked) override;

 private:
  keeper::KeeperClient& keeper_;
  const std::shared_ptr<ReportQueue> reports_ = std::make_shared<ReportQueue>();
  std::mutex mutex_;
  std::map<WorkerId, Fd> gates_;  ///< gates of workers that were prepared and not started
};

}  // namespace pilotlight::runtime
