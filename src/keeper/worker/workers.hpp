#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_set>

#include "keeper/worker/worker_process.hpp"

namespace pilotlight::keeper {

/// Every worker of this keeper: those that run, and the ends that the server has not yet made durable. All
/// calls on the loop's thread.
class Workers {
 public:
  /// Where reports go; may lose them (no server is there): `report_ends` gives the ends again.
  using Sink = std::function<void(const ToServer&)>;

  Workers(WorkerSurroundings shared, Sink sink);
  ~Workers();

  /// Makes the worker up to its gate; nothing of it is listed or reported before `start`.
  void prepare(WorkerId id, StartRequest request, Fd gate);
  /// Its gate is open. A known id is not started again: what is known of it is reported once more.
  void start(WorkerId id);
  /// What the server has prepared and not started is void.
  void server_ended();
  void stop(WorkerId id, milliseconds grace);
  void forget(WorkerId id);
  void list() const;
  /// Reports the last lines that the worker has written until now; none of one that does not run.
  void read_output(WorkerId id, Timestamp asked);
  /// Every end that was not forgotten.
  void report_ends() const;

  /// A dead child that is not yet reaped; false if it is no worker's main process.
  bool child_ended(pid_t pid, std::int32_t exit_code, std::int32_t signal);

  /// Makes what the next worker needs, whichever it will be.
  void make_ahead();

  void kill_all();
  bool none_running() const { return running_.empty(); }

 private:
  static constexpr std::size_t remembered_max = 65'536;  ///< forgotten ids that still cannot be started again
  static constexpr std::size_t old_logs_max = 400;

  void drop(std::unique_ptr<WorkerProcess> prepared);
  void ended(WorkerId id, WorkerEnd end);
  void keep_end(WorkerId id, WorkerEnd end);
  void report_end(WorkerId id, const WorkerEnd& end) const;
  void after_change();

  WorkerSurroundings shared_;
  Sink sink_;
  std::map<WorkerId, std::unique_ptr<WorkerProcess>> prepared_;
  std::map<WorkerId, std::unique_ptr<WorkerProcess>> running_;
  std::unordered_map<pid_t, WorkerId> by_pid_;
  std::map<WorkerId, WorkerEnd> ends_;
  std::unordered_set<WorkerId> forgotten_;
  std::deque<WorkerId> forgotten_order_;
  std::size_t logs_since_pruning_ = 0;
};

}  // namespace pilotlight::keeper
