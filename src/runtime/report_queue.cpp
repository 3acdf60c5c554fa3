#include "runtime/report_queue.hpp"

#include <utility>

namespace pilotlight::runtime {

void ReportQueue::subscribe(RuntimeReports reports) {
  const std::lock_guard lock(mutex_);
  subscriber_ = std::move(reports);
  for (const Report& report : std::exchange(kept_, {})) report(*subscriber_);
}

void ReportQueue::add(Report report) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  if (subscriber_) return report(*subscriber_);
  kept_.push_back(std::move(report));
}

void ReportQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

RuntimeReports reports_into(std::shared_ptr<ReportQueue> queue) {
  RuntimeReports into;
  into.started = [queue](WorkerId worker) {
    queue->add([worker](const RuntimeReports& to) { to.started(worker); });
  };
  into.exited = [queue](WorkerId worker, std::int32_t exit_code, std::int32_t signal, std::string detail,
                        std::vector<OutputLine> output) {
    queue->add([=, detail = std::move(detail), output = std::move(output)](const RuntimeReports& to) {
      to.exited(worker, exit_code, signal, detail, output);
    });
  };
  into.listed = [queue](std::vector<WorkerId> running) {
    queue->add([running = std::move(running)](const RuntimeReports& to) { to.listed(running); });
  };
  into.output = [queue](WorkerId worker, Timestamp asked, std::vector<OutputLine> output) {
    queue->add(
        [=, output = std::move(output)](const RuntimeReports& to) { to.output(worker, asked, output); });
  };
  return into;
}

}  // namespace pilotlight::runtime
