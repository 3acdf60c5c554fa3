#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "ports/runtime.hpp"

namespace pilotlight::runtime {

/// Reports on their way to a subscriber, as Runtime::subscribe demands: kept until there is one, then handed
/// over one at a time in the order in which they came. Any thread.
class ReportQueue {
 public:
  using Report = std::function<void(const RuntimeReports&)>;

  /// The calling thread hands over what was kept.
  void subscribe(RuntimeReports reports);
  /// The calling thread hands it over, if there is a subscriber.
  void add(Report report);
  /// Nothing is handed over any more; waits for a report that is under way.
  void close();

 private:
  std::mutex mutex_;  ///< held during a report, so that none overtakes another
  std::optional<RuntimeReports> subscriber_;
  std::vector<Report> kept_;
  bool closed_ = false;
};

/// Reports that go into the queue, and keep it alive.
RuntimeReports reports_into(std::shared_ptr<ReportQueue> queue);

}  // namespace pilotlight::runtime
