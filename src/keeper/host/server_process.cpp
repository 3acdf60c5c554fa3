#include "keeper/host/server_process.hpp"

#include <signal.h>
#include <sys/wait.h>

#include "base/log.hpp"
#include "keeper/wire/inherited_fds.hpp"
#include "keeper/wire/plane_time.hpp"

namespace pilotlight::keeper {
namespace {

constexpr milliseconds exit_after_close{1'000};

}  // namespace

ServerProcess::~ServerProcess() {
  loop_.unwatch(watch_channel_);
  loop_.unwatch(watch_outcome_);
  loop_.cancel(timer_closed_);
}

Result<void> ServerProcess::start(std::string program, std::vector<std::string> command, int listener,
                                  int lock) {
  auto ends = Channel::pair();
  if (!ends) return ends.error();
  auto& [ours, theirs] = *ends;
  const InheritedFds fds{theirs.fd(), listener, lock};
  SpawnPlan plan;
  plan.command = std::move(command);
  plan.command.push_back(std::string(inherited_option) + "=" + fds.text());
  plan.program = std::move(program);
  plan.empty_input = true;
  plan.keep = {fds.channel, fds.listener, fds.lock};
  auto spawned = spawn(std::move(plan));
  if (!spawned) return spawned.error();
  spawned_ = std::move(*spawned);
  channel_ = std::move(ours);
  greeted_ = waits_to_write_ = false;
  ready_at_ns_ = 0;
  watch_channel_ = loop_.watch(channel_.fd(), [this] { on_channel(); });
  watch_outcome_ = loop_.watch(spawned_.outcome.get(), [this] { on_outcome(); });
  return {};
}

void ServerProcess::on_outcome() {
  std::string why;
  const SpawnOutcome outcome = spawn_outcome(spawned_, why);
  if (outcome == SpawnOutcome::pending) return;
  if (outcome == SpawnOutcome::failed) log::error("keeper.server_not_started why=\"{}\"", why);
  loop_.unwatch(watch_outcome_);
  watch_outcome_ = 0;
  spawned_.outcome.reset();
}

bool ServerProcess::receive_one() {
  Packet packet;
  const ReceiveState state = channel_.receive(packet);
  if (state == ReceiveState::closed && watch_channel_ != 0) {
    loop_.unwatch(watch_channel_);
    watch_channel_ = 0;
    // Without its channel it is of no use, but it may be on its way out.
    timer_closed_ = loop_.after(exit_after_close, [this] { kill(); });
  }
  if (state != ReceiveState::packet) return false;
  auto message = decode<ToKeeper>(packet.bytes);
  if (message)
    receive_(std::move(*message), std::move(packet.attachments));
  else
    log::error("keeper.bad_packet bytes={}", packet.bytes.size());
  return true;
}

void ServerProcess::on_channel() {
  flush();
  for (int i = 0; i < 64 && receive_one();) ++i;
}

void ServerProcess::send(const ToServer& message) {
  if (!greeted_ || !channel_) return;
  unsent_.push_back(encode(message));
  flush();
}

void ServerProcess::flush() {
  while (!unsent_.empty()) {
    const SendState state = channel_.send(unsent_.front());
    if (state == SendState::full) break;
    unsent_.pop_front();
  }
  if (waits_to_write_ == !unsent_.empty()) return;
  waits_to_write_ = !unsent_.empty();
  loop_.want_write(watch_channel_, waits_to_write_);
}

void ServerProcess::ready() {
  if (ready_at_ns_ == 0) ready_at_ns_ = monotonic_ns();
}

void ServerProcess::kill() const {
  if (running()) ::kill(spawned_.pid, SIGKILL);
}

ServerLife ServerProcess::ended(bool killed) {
  siginfo_t ignored{};
  ::waitid(P_PID, static_cast<id_t>(spawned_.pid), &ignored, WEXITED | WNOHANG);
  spawned_.pid = 0;
  if (watch_outcome_ != 0) on_outcome();
  while (receive_one()) {
  }
  loop_.unwatch(watch_channel_);
  watch_channel_ = 0;
  loop_.cancel(timer_closed_);
  channel_.close();
  unsent_.clear();
  greeted_ = false;
  ServerLife life{ready_at_ns_ != 0, killed, {}};
  if (life.became_ready) life.ready_for = milliseconds{(monotonic_ns() - ready_at_ns_) / 1'000'000};
  return life;
}

}  // namespace pilotlight::keeper
