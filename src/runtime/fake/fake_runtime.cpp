#include "runtime/fake/fake_runtime.hpp"

#include <algorithm>
#include <sstream>

namespace pilotlight::runtime {
namespace {

constexpr std::int32_t signal_terminate = 15;
constexpr std::int32_t signal_kill = 9;

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets)
    for (std::size_t at = 0; (at = text.find(secret, at)) != text.npos && !secret.empty(); at += 3)
      text.replace(at, secret.size(), "***");
  return text;
}

}  // namespace

void FakeRuntime::report(Report report) {
  if (random_.chance(faults.lost_percent)) return;
  const int times = random_.chance(faults.doubled_percent) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    const auto place = faults.reordered ? random_.below(pending_.size() + 1) : pending_.size();
    pending_.insert(pending_.begin() + static_cast<std::ptrdiff_t>(place), report);
  }
}

void FakeRuntime::report_end(WorkerId worker, const Process& process) {
  report([worker, code = process.exit_code, signal = process.signal, detail = process.detail](
             const RuntimeReports& to) { to.exited(worker, code, signal, detail, {}); });
}

void FakeRuntime::finish(WorkerId worker, Process& process, std::int32_t exit_code, std::int32_t signal,
                         std::string detail) {
  process.state = State::ended;
  process.exit_code = exit_code;
  process.signal = signal;
  process.detail = without_secrets(std::move(detail), process.spec.secrets);
  report_end(worker, process);
}

void FakeRuntime::prepare(WorkerSpec spec) {
  const WorkerId worker = spec.worker;
  prepared_[worker] = std::move(spec);
}

void FakeRuntime::start(WorkerId worker) {
  const auto [at, fresh] = processes_.try_emplace(worker);
  Process& process = at->second;
  const auto prepared = prepared_.extract(worker);
  if (fresh && !prepared) {
    finish(worker, process, -1, 0, "it was not prepared");
  } else if (fresh) {
    process.spec = prepared.mapped();
    process.starts_at = now_ + faults.start_takes;
  } else if (process.state == State::ended) {
    report_end(worker, process);
  } else if (process.state == State::running) {
    report([worker](const RuntimeReports& to) { to.started(worker); });
  }
}

void FakeRuntime::begin(WorkerId worker, Process& process) {
  std::istringstream words(process.spec.command);
  std::string what, text;
  std::int32_t code = 0;
  words >> what;
  if (faults.starts_fail) return finish(worker, process, -1, 0, "told to fail");
  if (what != "run" && what != "stubborn" && what != "exit")
    return finish(worker, process, -1, 0, "cannot run \"" + what + "\"");
  process.state = State::running;
  report([worker](const RuntimeReports& to) { to.started(worker); });
  if (what != "exit") return;
  words >> code >> std::ws;
  std::getline(words, text);
  finish(worker, process, code, 0, text);
}

void FakeRuntime::stop(WorkerId worker, milliseconds grace) {
  const auto found = processes_.find(worker);
  if (found == processes_.end() || found->second.state == State::ended) return;
  Process& process = found->second;
  process.killed_at = std::min(process.killed_at, now_ + grace);
  const bool obeys = !process.spec.command.starts_with("stubborn") && !faults.stops_are_ignored;
  if (obeys && grace.count() > 0) finish(worker, process, -1, signal_terminate, "");
}

void FakeRuntime::forget(WorkerId worker) {
  const auto found = processes_.find(worker);
  if (found != processes_.end() && found->second.state == State::ended) found->second.forgotten = true;
}

void FakeRuntime::list() {
  std::vector<WorkerId> running;
  for (const auto& [worker, process] : processes_)
    if (process.state != State::ended) running.push_back(worker);
  report([running](const RuntimeReports& to) { to.listed(running); });
}

void FakeRuntime::read_output(WorkerId worker, Timestamp asked) {
  report([worker, asked](const RuntimeReports& to) { to.output(worker, asked, {}); });
}

void FakeRuntime::step(WorkerId worker, Process& process) {
  if (process.state == State::starting && process.starts_at <= now_) begin(worker, process);
  if (process.state != State::ended && process.killed_at <= now_ && !faults.stops_are_ignored)
    finish(worker, process, -1, signal_kill, "");
}

void FakeRuntime::advance(milliseconds time) {
  now_ += time;
  for (auto& [worker, process] : processes_) step(worker, process);
  deliver();
}

void FakeRuntime::deliver() {
  while (reports_ && !pending_.empty()) {
    const Report next = std::move(pending_.front());
    pending_.pop_front();
    next(*reports_);
  }
}

void FakeRuntime::end(WorkerId worker, std::int32_t exit_code, std::string detail) {
  Process& process = processes_.at(worker);
  if (process.state != State::ended) finish(worker, process, exit_code, 0, std::move(detail));
}

void FakeRuntime::reconnect() {
  reports_.reset();
  pending_.clear();
  prepared_.clear();
  for (const auto& [worker, process] : processes_)
    if (process.state == State::ended && !process.forgotten) report_end(worker, process);
}

}  // namespace pilotlight::runtime
