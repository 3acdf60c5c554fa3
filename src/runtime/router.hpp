#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/report_queue.hpp"

namespace pilotlight::runtime {

/// Several runtimes as one. A worker goes to the first runtime that names its image's scheme, else to the
/// first that takes other images. If none takes the image, the router answers the start with an exit that
/// names the images that can be run.
///
/// After a restart the runtimes' lists and reports tell which runtime has which worker. As long as that is
/// not known, a call for the worker goes to all runtimes, but for a start without `prepare`: the first
/// runtime refuses it.
class Router final : public Runtime {
 public:
  /// At least one.
  explicit Router(std::vector<std::unique_ptr<Runtime>> runtimes);

  /// The union over all runtimes.
  RuntimeCapabilities capabilities() const override;
  void subscribe(RuntimeReports reports) override;
  void prepare(WorkerSpec spec) override;
  void start(WorkerId worker) override;
  void stop(WorkerId worker, milliseconds grace) override;
  void forget(WorkerId worker) override;
  /// Reports one list of all workers, once every runtime has answered.
  void list() override;
  void read_output(WorkerId worker, Timestamp asked) override;

 private:
  struct Member {
    std::unique_ptr<Runtime> runtime;
    RuntimeCapabilities can;
    std::deque<std::vector<WorkerId>> lists{};  ///< answers that wait for those of the others
  };
  struct Question {
    std::size_t unanswered = 0;
    std::vector<OutputLine> output{};
  };

  Runtime* taker(const std::string& image) const;
  std::string why_not(const std::string& image) const;
  /// Null: unknown.
  Runtime* owner(WorkerId worker);
  void hear(Member& member);
  void owned(WorkerId worker, Runtime& runtime);
  void listed(Member& member, std::vector<WorkerId> workers);
  void told(WorkerId worker, Timestamp asked, std::vector<OutputLine> output);

  const std::shared_ptr<ReportQueue> queue_ = std::make_shared<ReportQueue>();
  const RuntimeReports reports_ = reports_into(queue_);
  std::mutex mutex_;  ///< not held while a runtime is called or a report is handed over
  std::map<WorkerId, Runtime*> owners_;
  std::map<WorkerId, std::string> refused_;  ///< workers that no runtime takes, with the reason
  std::map<std::pair<WorkerId, Timestamp>, Question> questions_;  ///< put to all runtimes
  /// Never changed but for their lists. Destroyed first, because the runtimes report into the other members.
  std::vector<Member> members_;
};

}  // namespace pilotlight::runtime
