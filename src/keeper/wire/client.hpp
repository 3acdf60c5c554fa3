#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "keeper/wire/channel.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::keeper {

/// The server's end of the channel to its keeper.
class KeeperClient {
 public:
  /// Called on the client's own thread, as reports of workers are; short, and never blocking for long.
  struct Handlers {
    /// End within `left`: refuse new jobs, let running ones end, then call `drained` and exit 0.
    std::function<void(milliseconds left)> drain;
    /// Close what is open and exit 0 within a second; the keeper then kills.
    std::function<void()> end_now;
    /// The keeper is gone. Without a handler the process exits at once, as it must: the next keeper may
    /// already wait for the lock.
    std::function<void()> gone;
  };

  /// Says Hello and waits up to five seconds for Welcome.
  static Result<std::unique_ptr<KeeperClient>> connect(Channel channel);
  /// Ends the thread; what was not yet sent is lost.
  ~KeeperClient();

  const Welcome& welcome() const { return welcome_; }
  /// Sets the receiver of the keeper's reports of workers; without one they are dropped. Before `begin`.
  void hear_workers(RuntimeReports reports) { reports_ = std::move(reports); }
  /// Once; starts the thread. Everything the keeper has said since Welcome is handed out first.
  void begin(Handlers handlers);

  /// Never waits: what the keeper does not take now is sent later, in order. Any thread.
  void send(const ToKeeper& message, std::vector<Fd> attachments = {});
  /// The server answers requests; a later server starts no earlier than this time base.
  void ready(TimeBase time) { send(Ready{time.base_ms}); }
  void drained() { send(Drained{}); }
  /// As Runtime::read_output. A keeper that does not know the question is not asked: then the calling thread
  /// reports that there are no lines.
  void read_output(WorkerId worker, Timestamp asked);

 private:
  struct Unsent {
    std::string bytes;
    std::vector<Fd> attachments;
  };

  KeeperClient(Channel channel, Fd wake) : channel_(std::move(channel)), wake_(std::move(wake)) {}
  Result<void> greet();
  void read_loop();
  bool receive_all();
  void handle(ToServer message);
  bool flush();

  Channel channel_;
  Fd wake_;
  Welcome welcome_;
  RuntimeReports reports_;
  Handlers handlers_;
  std::vector<WorkerId> listed_;
  Output of_next_exit_;
  // The calling thread must neither wait for the keeper nor for the reader; the lock is held for one send.
  std::mutex unsent_mutex_;
  std::deque<Unsent> unsent_;
  std::atomic<bool> stopping_ = false;
  std::thread reader_;
};

}  // namespace pilotlight::keeper
