#include "keeper/worker/workers.hpp"

#include "base/log.hpp"
#include "keeper/wire/gate.hpp"

namespace pilotlight::keeper {
namespace {

Exited exited(WorkerId id, const WorkerEnd& end) {
  return {id, end.exit_code, end.signal, worker_log::printable(end.detail.substr(0, detail_max))};
}

/// "abc123.log" and "abc123.log.1" are the logs of abc123.
std::string_view worker_of_log(std::string_view name) {
  return name.substr(0, name.find('.'));
}

}  // namespace

Workers::Workers(WorkerSurroundings shared, Sink sink) : shared_(std::move(shared)), sink_(std::move(sink)) {
  logs_since_pruning_ = old_logs_max;  // look at what is there soon
}

Workers::~Workers() = default;

void Workers::prepare(WorkerId id, StartRequest request, Fd gate) {
  if (running_.contains(id) || ends_.contains(id) || forgotten_.contains(id)) return;
  if (auto before = prepared_.extract(id)) drop(std::move(before.mapped()));
  auto worker = std::make_unique<WorkerProcess>(
      shared_, id, std::move(request), std::move(gate),
      WorkerProcess::Events{[this, id] { sink_(Started{id}); },
                            [this, id](WorkerEnd end) { ended(id, std::move(end)); }});
  worker->prepare();
  if (worker->pid() != 0) by_pid_.emplace(worker->pid(), id);
  prepared_.emplace(id, std::move(worker));
}

void Workers::start(WorkerId id) {
  if (running_.contains(id)) return sink_(Started{id});
  if (const auto end = ends_.find(id); end != ends_.end()) return report_end(id, end->second);
  if (forgotten_.contains(id)) return keep_end(id, {-1, 0, "this worker was already started once"});
  auto prepared = prepared_.extract(id);
  if (!prepared) return keep_end(id, {-1, 0, "it was not prepared"});
  auto worker = std::move(prepared.mapped());
  if (const auto started = worker->start(); !started) {
    drop(std::move(worker));
    return keep_end(id, {-1, 0, started.error().message});
  }
  running_.emplace(id, std::move(worker));
  after_change();
}

void Workers::server_ended() {
  std::vector<WorkerId> opened;
  for (const auto& [id, worker] : prepared_)
    if (gate_is_open(worker->gate())) opened.push_back(id);
  for (const WorkerId id : opened) start(id);
  for (auto& [id, worker] : prepared_) drop(std::move(worker));
  prepared_.clear();
}

void Workers::drop(std::unique_ptr<WorkerProcess> prepared) {
  by_pid_.erase(prepared->pid());
}

void Workers::stop(WorkerId id, milliseconds grace) {
  if (const auto found = running_.find(id); found != running_.end()) found->second->stop(grace);
}

void Workers::forget(WorkerId id) {
  if (ends_.erase(id) == 0 || !forgotten_.insert(id).second) return;
  forgotten_order_.push_back(id);
  if (forgotten_order_.size() <= remembered_max) return;
  forgotten_.erase(forgotten_order_.front());
  forgotten_order_.pop_front();
}

void Workers::list() const {
  Listed part{{}, false};
  for (const auto& [id, worker] : running_) {
    part.workers.push_back(id);
    if (part.workers.size() < listed_part_max) continue;
    sink_(part);
    part.workers.clear();
  }
  part.last = true;
  sink_(part);
}

void Workers::report_ends() const {
  for (const auto& [id, end] : ends_) report_end(id, end);
}

void Workers::report_end(WorkerId id, const WorkerEnd& end) const {
  sink_(Output{id, {}, end.output});
  sink_(exited(id, end));
}

void Workers::read_output(WorkerId id, Timestamp asked) {
  const auto found = running_.find(id);
  sink_(Output{id, asked, found != running_.end() ? found->second->output() : std::vector<OutputLine>{}});
}

bool Workers::child_ended(pid_t pid, std::int32_t exit_code, std::int32_t signal) {
  const auto found = by_pid_.find(pid);
  if (found == by_pid_.end()) return false;
  const WorkerId id = found->second;
  // Its gate may have been opened, and all of its life have passed, before `start` is heard.
  if (const auto prepared = prepared_.find(id);
      prepared != prepared_.end() && gate_is_open(prepared->second->gate()))
    start(id);
  by_pid_.erase(pid);
  const auto running = running_.find(id);
  (running != running_.end() ? running->second : prepared_.at(id))->main_ended(exit_code, signal);
  return true;
}

void Workers::ended(WorkerId id, WorkerEnd end) {
  log::info("worker.ended id={} exit_code={} signal={}", id.view(), end.exit_code, end.signal);
  keep_end(id, std::move(end));
  // The worker is calling: it goes once it has returned.
  auto node = running_.extract(id);
  shared_.loop.after(milliseconds{0}, [gone = std::shared_ptr<WorkerProcess>(std::move(node.mapped()))] {});
  after_change();
}

void Workers::keep_end(WorkerId id, WorkerEnd end) {
  const auto kept = ends_.insert_or_assign(id, std::move(end)).first;
  report_end(id, kept->second);
}

void Workers::after_change() {
  shared_.loop.after(milliseconds{1}, [this] { make_ahead(); });
  if (++logs_since_pruning_ < old_logs_max / 10) return;
  logs_since_pruning_ = 0;
  worker_log::prune_folder(shared_.folder.logs(), old_logs_max, [this](std::string_view name) {
    const auto id = WorkerId::parse(worker_of_log(name));
    return id && running_.contains(*id);
  });
}

void Workers::make_ahead() {
  if (shared_.cgroups) shared_.cgroups->prepare();
  shared_.work_folders.prepare(WorkFolderKind::empty);
  if (takes_overlay(shared_.folder_choice)) shared_.work_folders.prepare(WorkFolderKind::layers);
}

void Workers::kill_all() {
  for (const auto& [id, worker] : running_) worker->stop(milliseconds{0});
}

}  // namespace pilotlight::keeper
