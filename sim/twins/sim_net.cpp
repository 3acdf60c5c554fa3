#include "sim/twins/sim_net.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/describe.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

bool waits(const Command& command) {
  const auto* submit = std::get_if<command::SubmitJob>(&command);
  const auto* read = std::get_if<command::ReadJob>(&command);
  return std::holds_alternative<command::TakeJobs>(command) ||
         std::holds_alternative<command::PollStops>(command) ||
         std::holds_alternative<command::Claim>(command) ||
         std::holds_alternative<command::ReadStream>(command) ||
         (read != nullptr && read->wait.has_value()) || (submit != nullptr && submit->wait.has_value());
}

struct SetTicket {
  Ticket ticket;
  template <class C>
  void operator()(C& command) const {
    if constexpr (requires { command.ticket; }) command.ticket = ticket;
  }
};

template <class C>
constexpr bool has_ticket = requires(C c) {
  c.ticket;
};

bool asks(const Command& command) {
  return std::visit([](const auto& c) { return has_ticket<std::decay_t<decltype(c)>>; }, command);
}

}  // namespace

milliseconds SimNet::trip() {
  if (happens(world_.dice.net, world_.faults.slow))
    return skewed(world_.dice.net, milliseconds{5}, milliseconds{2'000});
  return between(world_.dice.net, milliseconds{0}, milliseconds{2});
}

void SimNet::ask(Request request) {
  Random& dice = world_.dice.net;
  const Ticket ticket = ++tickets_;
  Call& call = calls_[ticket];
  call.request = std::move(request);
  call.back = trip();
  call.silent = happens(dice, world_.faults.silent);
  if (happens(dice, world_.faults.cut)) call.cut_after = skewed(dice, milliseconds{0}, milliseconds{30'000});
  const milliseconds there = trip();
  const bool lost = happens(dice, world_.faults.lost);
  world_.schedule.after(there, [this, ticket, lost] { lost ? cut(ticket) : arrive(ticket); });
  if (call.request.patience) world_.schedule.after(*call.request.patience, [this, ticket] { cut(ticket); });
}

void SimNet::ask_inside(Request request) {
  const Ticket ticket = ++tickets_;
  Call& call = calls_[ticket];
  call.request = std::move(request);
  call.stage = Stage::inside;
  std::visit(SetTicket{ticket}, call.request.command);
  world_.engine.submit(call.request.lane, std::move(call.request.command));
}

void SimNet::arrive(Ticket ticket) {
  const auto at = calls_.find(ticket);
  if (at == calls_.end()) return;
  if (machine_down_) return cut(ticket);
  if (world_.engine.open()) return enter(ticket);
  MARK("sim: request waits in the backlog");
  at->second.stage = Stage::backlog;
}

void SimNet::doors_open() {
  std::vector<Ticket> waiting;
  for (const auto& [ticket, call] : calls_)
    if (call.stage == Stage::backlog) waiting.push_back(ticket);
  for (const Ticket ticket : waiting) enter(ticket);
}

void SimNet::enter(Ticket ticket) {
  Call& call = calls_.at(ticket);
  const bool job = std::holds_alternative<command::SubmitJob>(call.request.command);
  if (job && !world_.store.accepts_jobs()) {
    MARK("sim: door refuses a job for want of space");
    call.answer = answer::Refused{Errc::unavailable, "no space"};
    call.request.door = nullptr;
    Call done = std::move(call);
    calls_.erase(ticket);
    return deliver(std::move(done));
  }
  call.stage = Stage::uploading;
  if (call.cut_after) world_.schedule.after(*call.cut_after, [this, ticket] { cut(ticket); });
  if (call.request.upload.count() == 0) return submit(ticket);
  world_.schedule.after(call.request.upload, [this, ticket] {
    const auto at = calls_.find(ticket);
    if (at != calls_.end() && at->second.stage == Stage::uploading) submit(ticket);
  });
}

void SimNet::submit(Ticket ticket) {
  Call& call = calls_.at(ticket);
  for (const PayloadRef& file : call.request.files) world_.store.write_file(file);
  call.stage = Stage::inside;
  std::visit(SetTicket{ticket}, call.request.command);
  if (auto* take = std::get_if<command::TakeJobs>(&call.request.command)) take->arrived = world_.plane_now();
  const bool answered = asks(call.request.command);
  call.waits = waits(call.request.command);
  world_.engine.submit(call.request.lane, std::move(call.request.command));
  if (call.waits && call.cut) world_.engine.submit(Lane::worker, command::Abandon{ticket});
  if (answered) return;
  call.answer = answer::Acknowledged{};
  Call done = std::move(call);
  calls_.erase(ticket);
  deliver(std::move(done));
}

void SimNet::answer(const effect::Reply& reply) {
  if (reply.ticket == ticket_none) return;
  const auto at = calls_.find(reply.ticket);
  require(at != calls_.end() && at->second.stage == Stage::inside, "S6",
          "ticket {} is answered but nobody asks", reply.ticket);
  at->second.stage = Stage::answering;
  at->second.answer = reply.answer;
  const milliseconds hop = between(world_.dice.net, milliseconds{0}, milliseconds{1});
  world_.schedule.after(hop, [this, ticket = reply.ticket, life = world_.engine.life()] {
    if (life == world_.engine.life()) write(ticket);
  });
}

void SimNet::write(Ticket ticket) {
  const auto at = calls_.find(ticket);
  const Effect what = effect::Reply{ticket, at->second.answer};
  if (world_.engine.dies_at(CrashPoint::before_write, &what)) return;
  Call call = std::move(at->second);
  calls_.erase(at);
  if (call.request.door) call.answer = call.request.door(std::move(call.answer));
  if (call.cut && call.unnoticed) {
    MARK("sim: answer into a dead connection");
    return;
  }
  if (call.cut) return unwritten(ticket, call);
  deliver(std::move(call));
}

/// The peer is gone. Jobs go back; everything else is nobody's loss.
void SimNet::unwritten(Ticket ticket, const Call& call) {
  const auto* taken = std::get_if<answer::JobsTaken>(&call.answer);
  if (taken == nullptr) return;
  MARK("sim: jobs could not be written");
  command::Undelivered back{.worker = taken->worker, .poll = ticket, .jobs = {}};
  for (const answer::Delivery& one : taken->jobs) back.jobs.push_back(one.id);
  if (!world_.dice.net.chance(30)) return world_.engine.submit(Lane::worker, std::move(back));
  // The kernel took it, and found out later.
  const auto tell = [this, back, life = world_.engine.life()] {
    if (life == world_.engine.life()) world_.engine.submit(Lane::worker, back);
  };
  world_.schedule.after(skewed(world_.dice.net, milliseconds{1}, milliseconds{20'000}), tell);
}

void SimNet::deliver(Call call) {
  if (!call.request.heard) return;
  const auto* taken = std::get_if<answer::JobsTaken>(&call.answer);
  if (call.silent) {
    MARK("sim: answer never arrives");
    const milliseconds until = call.request.patience.value_or(milliseconds{30'000});
    world_.schedule.after(until, [heard = std::move(call.request.heard)] { heard(nullptr); });
    return;
  }
  if (taken != nullptr && call.request.worker) world_.workers.coming(*call.request.worker, *taken);
  world_.schedule.after(
      call.back, [heard = std::move(call.request.heard), said = std::move(call.answer)] { heard(&said); });
}

void SimNet::fail(Call& call) {
  if (!call.request.heard) return;
  const auto heard = std::exchange(call.request.heard, nullptr);
  world_.schedule.after(call.back, [heard] { heard(nullptr); });
}

/// The connection ends at this instant, on both sides.
void SimNet::cut(Ticket ticket) {
  const auto at = calls_.find(ticket);
  if (at == calls_.end() || at->second.cut) return;
  Call& call = at->second;
  const bool fails = call.request.heard != nullptr;
  fail(call);
  call.cut = true;
  const bool read_anyway =
      call.stage >= Stage::inside || (call.stage != Stage::travelling && fails && world_.dice.net.chance(50));
  if (!read_anyway) {
    calls_.erase(at);
    return;
  }
  if (call.stage != Stage::inside || !call.waits) return;
  call.unnoticed = world_.dice.net.chance(30);
  if (!call.unnoticed) return world_.engine.submit(Lane::worker, command::Abandon{ticket});
  world_.schedule.after(skewed(world_.dice.net, milliseconds{5}, milliseconds{30'000}),
                        [this, ticket] { notice(ticket); });
}

/// The server learns of the end of a connection on which it may still be asked to answer.
void SimNet::notice(Ticket ticket) {
  const auto at = calls_.find(ticket);
  if (at == calls_.end()) return;
  at->second.unnoticed = false;
  if (at->second.stage == Stage::inside) world_.engine.submit(Lane::worker, command::Abandon{ticket});
}

void SimNet::server_lost(bool reboot) {
  machine_down_ = machine_down_ || reboot;
  for (auto at = calls_.begin(); at != calls_.end();) {
    const bool inside = at->second.stage >= Stage::uploading;
    if (inside || reboot) fail(at->second);
    at = inside || reboot ? calls_.erase(at) : std::next(at);
  }
}

void SimNet::worker_died(std::size_t worker) {
  std::vector<Ticket> open;
  for (auto& [ticket, call] : calls_) {
    if (call.request.worker != worker) continue;
    call.request.heard = nullptr;
    // What was sent may still arrive: the kernel holds it.
    if (call.stage != Stage::travelling || world_.dice.net.chance(50)) open.push_back(ticket);
  }
  for (const Ticket ticket : open) {
    const milliseconds noticed = between(world_.dice.net, milliseconds{0}, milliseconds{20});
    world_.schedule.after(noticed, [this, ticket] { cut(ticket); });
  }
}

bool SimNet::uploading(std::size_t worker) const {
  return std::any_of(calls_.begin(), calls_.end(), [worker](const auto& item) {
    return item.second.request.worker == worker && item.second.stage == Stage::uploading;
  });
}

bool SimNet::submitting() const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [](const auto& item) { return item.second.request.lane == Lane::submit; });
}

}  // namespace pilotlight::sim
