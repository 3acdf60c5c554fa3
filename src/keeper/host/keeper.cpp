#include "keeper/host/keeper.hpp"

#include <fmt/core.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <optional>

#include "base/log.hpp"
#include "base/remove_tree.hpp"
#include "keeper/host/foundation.hpp"
#include "keeper/host/server_process.hpp"
#include "keeper/host/server_program.hpp"
#include "keeper/host/service_manager.hpp"
#include "keeper/wire/plane_time.hpp"
#include "keeper/worker/leftovers.hpp"
#include "keeper/worker/workers.hpp"

namespace pilotlight::keeper {
namespace {

constexpr milliseconds close_limit{5'000};      ///< for a server that was told to end now, or has drained
constexpr milliseconds close_limit_now{1'000};  ///< the same after a second signal
constexpr milliseconds workers_end_limit{3'000};

//   serving --signal--> draining --Drained, grace over, second signal--> closing --server gone--> ending
//      ^ |                ^ |                                                                       |
//      '-' server ends    '-' server ends: the next one                                  workers killed, end
//          (a first server that never became ready: failed)
//
// While serving, the restart signal ends the server and begins a change of its program.
class Keeper {
 public:
  Keeper(const KeeperConfig& config, Foundation foundation, Fd signals, std::optional<rlimit> open_files,
         ServiceManager manager);
  int run();

 private:
  enum class Phase { serving, draining, closing, ending };

  void start_server();
  void on_signals();
  void on_stop_signal();
  void on_restart_signal();
  void reap();
  void on_server_end(std::int32_t exit_code, std::int32_t signal);
  void on_message(ToKeeper message, std::vector<Fd> attachments);
  void tell(const ToServer& message);
  void tell_drain();
  void close_server(milliseconds limit);
  void end();
  void end_if_none_left();

  const KeeperConfig& config_;
  Foundation base_;
  Fd signals_;
  ServiceManager manager_;
  EventLoop loop_;
  ServerProgram program_;
  ServerProcess server_;
  Workers workers_;
  RestartPolicy policy_;
  TimeBase time_ = time_base_now();
  Phase phase_ = Phase::serving;
  std::int64_t grace_over_ns_ = 0;
  std::uint32_t version_ = protocol_version;  ///< spoken with this server
  bool ever_ready_ = false;
  bool restarting_ = false;  ///< this server was told to make way for the next one
  int status_ = 0;
};

Keeper::Keeper(const KeeperConfig& config, Foundation foundation, Fd signals,
               std::optional<rlimit> open_files, ServiceManager manager)
    : config_(config),
      base_(std::move(foundation)),
      signals_(std::move(signals)),
      manager_(std::move(manager)),
      program_(base_.folder.restart_outcome()),
      server_(loop_, [this](ToKeeper message,
                            std::vector<Fd> fds) { on_message(std::move(message), std::move(fds)); }),
      workers_({loop_,
                base_.folder,
                base_.folder_id,
                base_.user,
                time_,
                open_files,
                open_cgroups(config, base_.folder_id),
                {base_.folder.work(), base_.user},
                base_.worker_folder,
                config.worker_folder_copy_max},
               [this](const ToServer& message) { tell(message); }) {
  loop_.watch(signals_.get(), [this] { on_signals(); });
}

int Keeper::run() {
  if (const std::size_t killed = kill_leftovers(base_.folder_id); killed > 0)
    log::info("keeper.killed_leftovers processes={}", killed);
  remove_contents(base_.folder.work());
  log::info("keeper.listening address={} data={}", base_.listener.bound.text(), base_.folder.path);
  start_server();
  workers_.make_ahead();
  loop_.run();
  ::unlink(base_.folder.address().c_str());
  ::unlink(base_.folder.server_pid().c_str());
  ::unlink(base_.folder.restart_outcome().c_str());
  return status_;
}

void Keeper::start_server() {
  if (phase_ == Phase::closing || phase_ == Phase::ending) return;
  const auto started =
      server_.start(program_.file(), config_.server_command, base_.listener.socket.get(), base_.lock.get());
  if (!started) {
    log::error("keeper.server_not_started why=\"{}\"", started.error().message);
    loop_.after(policy_.next_delay({}), [this] { start_server(); });
    return;
  }
  log::info("keeper.server_started process={}", server_.pid());
  write_helpful_file(base_.folder.server_pid(), std::to_string(server_.pid()) + "\n");
}

void Keeper::on_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGCHLD)
      reap();
    else if (info.ssi_signo == restart_signal)
      on_restart_signal();
    else
      on_stop_signal();
  }
}

void Keeper::reap() {
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    const bool by_itself = info.si_code == CLD_EXITED;
    const std::int32_t exit_code = by_itself ? info.si_status : -1;
    const std::int32_t signal = by_itself ? 0 : info.si_status;
    if (info.si_pid == server_.pid())
      on_server_end(exit_code, signal);
    else if (!workers_.child_ended(info.si_pid, exit_code, signal))
      ::waitid(P_PID, static_cast<id_t>(info.si_pid), &info, WEXITED | WNOHANG);
  }
}

void Keeper::on_server_end(std::int32_t exit_code, std::int32_t signal) {
  const ServerLife life = server_.ended(signal == SIGKILL);
  workers_.server_ended();
  log::info("keeper.server_ended exit_code={} signal={}", exit_code, signal);
  const bool made_way = std::exchange(restarting_, false);
  if (phase_ == Phase::closing || (phase_ == Phase::draining && exit_code == 0 && !made_way)) return end();
  if (made_way) return start_server();
  if (!ever_ready_ && !life.killed) {
    log::error("keeper.gives_up why=\"the first server ended before it was ready\"");
    status_ = signal != 0 ? 128 + signal : exit_code != 0 ? exit_code : 1;
    return end();
  }
  if (!life.became_ready)
    program_.not_ready(signal != 0 ? fmt::format("by signal {}", signal)
                                   : fmt::format("with status {}", exit_code));
  loop_.after(policy_.next_delay(life), [this] { start_server(); });
}

void Keeper::on_message(ToKeeper message, std::vector<Fd> attachments) {
  struct Handler {
    Keeper& keeper;
    std::vector<Fd>& attachments;

    void operator()(const Hello& hello) {
      keeper.server_.greeted();
      keeper.version_ = std::min(hello.version, protocol_version);
      keeper.server_.send(Welcome{keeper.version_, keeper.time_, keeper.phase_ == Phase::draining});
      if (keeper.phase_ == Phase::draining) keeper.tell_drain();
      keeper.workers_.report_ends();
    }
    void operator()(const Ready& ready) {
      keeper.server_.ready();
      if (!std::exchange(keeper.ever_ready_, true))
        keeper.manager_.tell("READY=1\nSTATUS=Listening on " + keeper.base_.listener.bound.text() + "\n");
      if (!keeper.restarting_) keeper.program_.ready(keeper.server_.pid());
      keeper.time_.base_ms = std::max(keeper.time_.base_ms, ready.base_ms);
    }
    void operator()(const Prepare& prepare) {
      attachments.resize(2);
      keeper.workers_.prepare(prepare.worker, read_request(), std::move(attachments[1]));
    }
    void operator()(const Start& start) { keeper.workers_.start(start.worker); }
    void operator()(const Stop& stop) { keeper.workers_.stop(stop.worker, stop.grace); }
    void operator()(const Forget& forget) { keeper.workers_.forget(forget.worker); }
    void operator()(const List&) { keeper.workers_.list(); }
    void operator()(const ReadOutput& read) { keeper.workers_.read_output(read.worker, read.asked); }
    void operator()(const Drained&) {
      if (!keeper.restarting_) keeper.close_server(close_limit);
    }

    /// An order that cannot be read is one that refuses itself.
    StartRequest read_request() {
      StartRequest refused;
      auto bytes = read_memory_file(attachments[0].get(), start_request_max);
      auto request = bytes ? decode_start_request(std::move(*bytes), keeper.version_) : std::nullopt;
      if (request) return std::move(*request);
      refused.refusal = bytes ? "the request to start the worker cannot be read" : bytes.error().message;
      return refused;
    }
  };
  std::visit(Handler{*this, attachments}, message);
}

void Keeper::on_restart_signal() {
  if (phase_ != Phase::serving)
    return program_.outcome().kept("The server is stopping, and was not restarted.");
  if (restarting_ || program_.changing()) return;
  if (const auto changed = program_.change(); !changed)
    return log::error("keeper.not_restarted why=\"{}\"", changed.error().message);
  log::info("keeper.restarting program={}", program_.path());
  if (!server_.running()) return;
  restarting_ = true;
  server_.send(EndNow{});
  loop_.after(close_limit, [this, server = server_.pid()] {
    if (server_.pid() == server) server_.kill();
  });
}

void Keeper::on_stop_signal() {
  if (phase_ == Phase::ending) return;
  if (phase_ != Phase::serving) {
    log::info("keeper.ends_now");
    server_.send(EndNow{});
    return close_server(close_limit_now);
  }
  log::info("keeper.draining grace_ms={}", config_.grace.count());
  phase_ = Phase::draining;
  manager_.tell("STOPPING=1");
  grace_over_ns_ = monotonic_ns() + config_.grace.count() * 1'000'000;
  tell_drain();
  loop_.after(config_.grace, [this] {
    if (phase_ != Phase::draining) return;
    log::info("keeper.grace_over");
    server_.send(EndNow{});
    close_server(close_limit);
  });
}

void Keeper::tell(const ToServer& message) {
  if (version_ >= output_version || !std::holds_alternative<Output>(message)) server_.send(message);
}

void Keeper::tell_drain() {
  const std::int64_t left_ns = grace_over_ns_ - monotonic_ns();
  server_.send(Drain{milliseconds{std::max<std::int64_t>(left_ns / 1'000'000, 0)}});
}

/// The server ends by itself within the limit, or is killed. Workers are killed after it, so that their ends
/// are not taken for failures.
void Keeper::close_server(milliseconds limit) {
  if (phase_ == Phase::ending) return;
  phase_ = Phase::closing;
  if (!server_.running()) return end();
  loop_.after(limit, [this] { server_.kill(); });
}

void Keeper::end() {
  phase_ = Phase::ending;
  workers_.kill_all();
  loop_.after(workers_end_limit, [this] { loop_.stop(); });
  end_if_none_left();
}

void Keeper::end_if_none_left() {
  if (workers_.none_running()) return loop_.stop();
  loop_.after(milliseconds{2}, [this] { end_if_none_left(); });
}

}  // namespace

int run_keeper(const KeeperConfig& config) {
  ::umask(077);
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::unsetenv(std::string(marker_name).c_str());
  ServiceManager manager;
  Fd signals = take_signals();
  const auto open_files = raise_open_files();
  auto foundation = lay_foundation(config);
  if (!foundation) {
    fmt::print(stderr, "pilotlight: {}\n", foundation.error().message);
    return 1;
  }
  return Keeper(config, std::move(*foundation), std::move(signals), open_files, std::move(manager)).run();
}

}  // namespace pilotlight::keeper
