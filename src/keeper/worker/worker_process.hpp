#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "keeper/data_folder.hpp"
#include "keeper/event_loop.hpp"
#include "keeper/wire/protocol.hpp"
#include "keeper/worker/cgroup.hpp"
#include "keeper/worker/given_folder.hpp"
#include "keeper/worker/spawn.hpp"
#include "keeper/worker/work_folder.hpp"
#include "worker_log/worker_output.hpp"

namespace pilotlight::keeper {

/// What all workers of a keeper share. Outlives them.
struct WorkerSurroundings {
  EventLoop& loop;
  DataFolder folder;
  std::string folder_id;
  std::optional<UserAccount> user;
  const TimeBase& time;                 ///< stamps the lines that workers write
  std::optional<rlimit> open_files;     ///< as it was before the keeper raised its own
  std::unique_ptr<CgroupPool> cgroups;  ///< null: off
  WorkFolders work_folders{folder.work(), user};
  FolderChoice folder_choice = FolderChoice::link;
  std::uint64_t folder_copy_max = 0;  ///< bytes
  std::uint64_t log_size_max = 1024 * 1024;
};

/// How a worker ended; Exited of the protocol without the id, and the lines that belong to it.
struct WorkerEnd {
  std::int32_t exit_code = -1;
  std::int32_t signal = 0;
  std::string detail;
  std::vector<OutputLine> output{};
};

//   prepared --gate opens--> spawned --program reached--> running --main process ends--> ending --nothing
//   left--> ended
//                               |                                                          ^
//                               '------------------ program could not be run --------------'
//
/// One worker from its start to its end: the main process, everything that it starts, its output, its log and
/// its working folder. All calls and callbacks on the loop's thread.
class WorkerProcess {
 public:
  struct Events {
    std::function<void()> started;
    /// Last event. The main process is reaped, and everything it started was killed and is gone (or did not
    /// go within two seconds). The object may be destroyed afterwards, not inside.
    std::function<void(WorkerEnd)> ended;
  };

  WorkerProcess(WorkerSurroundings& shared, WorkerId id, StartRequest request, Fd gate, Events events);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Makes the process and all it needs, up to its gate. Once, before `start`, which tells a failure. What
  /// was not started is killed and cleaned up by the destructor.
  void prepare();
  const Fd& gate() const { return gate_; }
  /// The gate was opened. On failure no event ever comes; the error's text is fit to be shown.
  Result<void> start();
  /// SIGTERM to the group, after `grace` SIGKILL to everything. Of several calls the earliest end counts.
  void stop(milliseconds grace);
  /// The last lines that it has written until now.
  std::vector<OutputLine> output();
  /// The main process was found dead and not yet reaped; does that.
  void main_ended(std::int32_t exit_code, std::int32_t signal);

  /// 0: it could not be made.
  pid_t pid() const { return spawned_.pid; }

 private:
  Result<void> make_ready();
  GivenFolder given_folder() const;
  void ended_before_start();
  SpawnPlan plan(int output) const;
  void reap();
  /// Begins to look after the process that was made: its outcome, its output, its log. Once.
  void attend();
  void on_outcome();
  enum class Read : std::uint8_t { some, nothing };
  Read read_output();
  Timestamp now() const;
  std::int64_t take_output(std::string_view bytes);
  void remark(std::string_view text);
  void read_rest();
  void refill_budget();
  void signal_group(int signal) const;
  void kill_everything();
  bool everything_gone() const;
  void wait_for_the_rest(milliseconds waited);
  void clean_up();
  void finish();

  WorkerSurroundings& shared_;
  const WorkerId id_;
  StartRequest request_;
  Events events_;
  worker_log::WorkerOutput output_;
  std::string work_folder_;
  std::unique_ptr<Cgroup> cgroup_;
  Spawned spawned_;
  Result<void> ready_;
  Fd gate_;
  Fd pipe_;  ///< carries its output
  EventLoop::WatchId watch_outcome_ = 0;
  EventLoop::WatchId watch_pipe_ = 0;
  EventLoop::TimerId timer_attend_ = 0;
  EventLoop::TimerId timer_kill_ = 0;
  EventLoop::TimerId timer_rest_ = 0;
  EventLoop::TimerId timer_budget_ = 0;
  std::int64_t kill_at_ns_ = 0;    ///< 0: no stop was asked for
  std::int64_t budget_bytes_ = 0;  ///< output that may still be read before the next refill
  bool started_ = false;
  bool reaped_ = false;
  WorkerEnd end_;
};

}  // namespace pilotlight::keeper
