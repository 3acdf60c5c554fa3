#pragma once

#include <map>
#include <mutex>

#include "ports/runtime.hpp"

namespace pilotlight::server {

/// A runtime that starts nothing: every worker is started by hand. A start is answered with an exit that says
/// so, which people then see as the reason why a job waits.
class NoRuntime final : public Runtime {
 public:
  /// Before the first call.
  void report_to(RuntimeReports reports) { reports_ = std::move(reports); }

  void prepare(WorkerSpec spec) override {
    const std::lock_guard lock(mutex_);
    prepared_[spec.worker] = spec.endpoint;
  }
  void start(WorkerId worker) override {
    std::string endpoint;
    {
      const std::lock_guard lock(mutex_);
      endpoint = prepared_[worker].text();
      prepared_.erase(worker);
    }
    reports_.exited(
        worker, -1, 0,
        "this server starts no workers (runtime = none); start one by hand with the variables that "
        "`pilotlight worker-env " +
            endpoint + "` prints",
        {});
  }
  void stop(WorkerId worker, milliseconds) override { reports_.exited(worker, 0, 0, {}, {}); }
  void forget(WorkerId) override {}
  void list() override { reports_.listed({}); }
  void read_output(WorkerId worker, Timestamp asked) override { reports_.output(worker, asked, {}); }

 private:
  RuntimeReports reports_;
  std::mutex mutex_;
  std::map<WorkerId, EndpointId> prepared_;
};

}  // namespace pilotlight::server
