#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "keeper/event_loop.hpp"
#include "keeper/host/restart_policy.hpp"
#include "keeper/wire/channel.hpp"
#include "keeper/worker/spawn.hpp"

namespace pilotlight::keeper {

/// One server process and the keeper's end of the channel to it. All on the loop's thread.
class ServerProcess {
 public:
  using Receive = std::function<void(ToKeeper, std::vector<Fd> attachments)>;

  ServerProcess(EventLoop& loop, Receive receive) : loop_(loop), receive_(std::move(receive)) {}
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Runs the file `program` with `command` and the inherited descriptors' option behind it.
  Result<void> start(std::string program, std::vector<std::string> command, int listener, int lock);
  bool running() const { return spawned_.pid > 0; }
  pid_t pid() const { return spawned_.pid; }

  /// Reports to a server that has not yet said Hello are dropped. Never waits: what the server does not read
  /// is kept until it does.
  void send(const ToServer& message);
  void greeted() { greeted_ = true; }
  void ready();

  void kill() const;
  /// The process was found dead: takes what it still said, closes the channel, reaps. Returns its life.
  ServerLife ended(bool killed);

 private:
  void on_outcome();
  void on_channel();
  bool receive_one();
  void flush();

  EventLoop& loop_;
  Receive receive_;
  Spawned spawned_;
  Channel channel_;
  EventLoop::WatchId watch_channel_ = 0;
  EventLoop::WatchId watch_outcome_ = 0;
  EventLoop::TimerId timer_closed_ = 0;
  std::deque<std::string> unsent_;
  bool waits_to_write_ = false;
  bool greeted_ = false;
  std::int64_t ready_at_ns_ = 0;  ///< 0: never
};

}  // namespace pilotlight::keeper
