#pragma once

#include <map>
#include <mutex>

#include "runtime/report_queue.hpp"

namespace pilotlight::runtime {

/// A runtime that starts nothing, whatever the image: every worker is started by hand. It answers a start
/// with an exit whose detail says so, which people then see as the reason why a job waits. It takes every
/// stopped worker for ended, and lists none.
class NoRuntime final : public Runtime {
 public:
  RuntimeCapabilities capabilities() const override { return {{}, true}; }
  void subscribe(RuntimeReports reports) override { queue_->subscribe(std::move(reports)); }
  void prepare(WorkerSpec spec) override;
  void start(WorkerId worker) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId) override {}
  void list() override;
  void read_output(WorkerId worker, Timestamp asked) override;

 private:
  const std::shared_ptr<ReportQueue> queue_ = std::make_shared<ReportQueue>();
  const RuntimeReports reports_ = reports_into(queue_);
  std::mutex mutex_;
  std::map<WorkerId, EndpointId> prepared_;
};

}  // namespace pilotlight::runtime
