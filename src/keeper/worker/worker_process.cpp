#include "keeper/worker/worker_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/log.hpp"
#include "keeper/wire/gate.hpp"
#include "keeper/wire/plane_time.hpp"
#include "keeper/worker/leftovers.hpp"
#include "keeper/worker/work_folder.hpp"

namespace pilotlight::keeper {
namespace {

/// A worker that prints more is held up by its full pipe instead of taking the machine.
constexpr std::int64_t output_per_refill = 512 * 1024;
constexpr milliseconds refill_interval{100};
constexpr milliseconds rest_wait_max{2000};
constexpr milliseconds head_start{1};

/// The keeper's own surroundings that a worker may see.
constexpr const char* inherited[] = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"};
constexpr const char* default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

using Variables = std::vector<Variable>;

void set(Variables& all, std::string_view name, std::string value) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& v) { return v.name == name; });
  if (found != all.end())
    found->value = std::move(value);
  else
    all.push_back({std::string(name), std::move(value)});
}

Variables basic_variables(const std::optional<UserAccount>& user) {
  Variables all{{"PATH", default_path}};
  for (const char* name : inherited)
    if (const char* value = std::getenv(name)) set(all, name, value);
  if (!user) return all;
  set(all, "HOME", user->home);
  set(all, "USER", user->name);
  set(all, "LOGNAME", user->name);
  return all;
}

std::vector<std::string> environment_of(const StartRequest& request, const WorkerSurroundings& shared,
                                        WorkerId id) {
  Variables all = basic_variables(shared.user);
  for (const auto& [name, value] : request.environment) set(all, name, value);
  set(all, marker_name, marker_value(shared.folder_id, id.view()));
  std::vector<std::string> lines;
  lines.reserve(all.size());
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace

WorkerProcess::WorkerProcess(WorkerSurroundings& shared, WorkerId id, StartRequest request, Fd gate,
                             Events events)
    : shared_(shared),
      id_(id),
      request_(std::move(request)),
      events_(std::move(events)),
      output_(shared.folder.logs() + "/" + id.text() + ".log", shared.log_size_max,
              std::move(request_.secrets), {id_, request_.endpoint}),
      work_folder_(shared.folder.work() + "/" + id.text()),
      gate_(std::move(gate)) {}

WorkerProcess::~WorkerProcess() {
  shared_.loop.unwatch(watch_outcome_);
  shared_.loop.unwatch(watch_pipe_);
  if (!started_) {
    if (spawned_.pid != 0 && !reaped_) {
      ::kill(spawned_.pid, SIGKILL);
      reap();
    }
    clean_up();
  }
  for (const auto timer : {timer_attend_, timer_kill_, timer_rest_, timer_budget_})
    shared_.loop.cancel(timer);
}

SpawnPlan WorkerProcess::plan(int output) const {
  SpawnPlan plan;
  plan.command = request_.command;
  plan.environment = environment_of(request_, shared_, id_);
  plan.folder = work_folder_;
  if (!request_.folder.empty())
    plan.make_folder = [given = given_folder()] { return make_given_folder(given); };
  plan.user = shared_.user;
  plan.umask = 022;
  plan.open_files = shared_.open_files;
  plan.output = output;
  plan.empty_input = true;
  plan.gate = gate_.get();
  if (cgroup_) {
    plan.cgroup_procs = cgroup_->procs_fd();
    plan.cgroup_folder = cgroup_->folder_fd();
  }
  return plan;
}

GivenFolder WorkerProcess::given_folder() const {
  return {request_.folder,       request_.kept,           work_folder_,  shared_.folder.path, shared_.user,
          shared_.folder_choice, shared_.folder_copy_max, output_.mark()};
}

void WorkerProcess::prepare() {
  ready_ = make_ready();
}

Result<void> WorkerProcess::make_ready() {
  if (!request_.refusal.empty()) return refusal(Errc::invalid, request_.refusal);
  if (request_.command.empty()) return refusal(Errc::invalid, "there is no command to run");
  if (!gate_) return refusal(Errc::invalid, "its server gave it no gate");
  const bool layers = !request_.folder.empty() && takes_overlay(shared_.folder_choice);
  auto made =
      shared_.work_folders.make(work_folder_, layers ? WorkFolderKind::layers : WorkFolderKind::empty);
  if (!made) return made.error();
  if (shared_.cgroups) cgroup_ = shared_.cgroups->take();
  auto output = make_pipe();
  if (!output) return output.error();
  pipe_ = std::move(output->reading);
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
  auto spawned = spawn(plan(output->writing.get()));
  if (!spawned) return spawned.error();
  spawned_ = std::move(*spawned);
  return {};
}

Result<void> WorkerProcess::start() {
  if (ready_) {
    started_ = true;
    gate_.reset();
    // Somebody waits for the new process: what is ours to do may not take its processor.
    timer_attend_ = shared_.loop.after(head_start, [this] { attend(); });
    return {};
  }
  Error why{ready_.error().code, output_.clean(ready_.error().message)};
  if (!request_.note.empty()) remark(request_.note);
  output_.close(why.message, now());
  return why;
}

void WorkerProcess::attend() {
  if (timer_attend_ == 0) return;
  shared_.loop.cancel(std::exchange(timer_attend_, 0));
  log::info("worker.started id={} process={}", id_.view(), spawned_.pid);
  if (!request_.note.empty()) remark(request_.note);
  remark("process " + std::to_string(spawned_.pid) + ": " + joined(request_.command));
  budget_bytes_ = output_per_refill;
  watch_outcome_ = shared_.loop.watch(spawned_.outcome.get(), [this] { on_outcome(); });
  watch_pipe_ = shared_.loop.watch(pipe_.get(), [this] { read_output(); });
}

void WorkerProcess::on_outcome() {
  if (!spawned_.outcome) return;
  const SpawnOutcome outcome = spawn_outcome(spawned_, end_.detail);
  if (outcome == SpawnOutcome::pending) return;
  shared_.loop.unwatch(watch_outcome_);
  spawned_.outcome.reset();
  request_ = {};  // its environment holds secrets
  if (outcome == SpawnOutcome::running) events_.started();
}

Timestamp WorkerProcess::now() const {
  return PlaneTime(shared_.time).now();
}

void WorkerProcess::remark(std::string_view text) {
  output_.remark(text, now());
}

/// The bytes that it counts for in the budget: short lines are many times as long in the log.
std::int64_t WorkerProcess::take_output(std::string_view bytes) {
  return static_cast<std::int64_t>(std::max(bytes.size(), output_.feed(bytes, now())));
}

WorkerProcess::Read WorkerProcess::read_output() {
  std::array<char, 64 * 1024> bytes;
  const ssize_t got = ::read(pipe_.get(), bytes.data(), bytes.size());
  if (got < 0) return Read::nothing;
  if (got == 0) {
    shared_.loop.unwatch(watch_pipe_);
    watch_pipe_ = 0;
    return Read::nothing;
  }
  budget_bytes_ -= take_output({bytes.data(), static_cast<std::size_t>(got)});
  if (timer_budget_ == 0) timer_budget_ = shared_.loop.after(refill_interval, [this] { refill_budget(); });
  if (budget_bytes_ <= 0) {
    shared_.loop.unwatch(watch_pipe_);
    watch_pipe_ = 0;
  }
  return Read::some;
}

std::vector<OutputLine> WorkerProcess::output() {
  while (watch_pipe_ != 0 && read_output() == Read::some) {
  }
  return output_.lines();
}

void WorkerProcess::refill_budget() {
  timer_budget_ = 0;
  const bool paused = budget_bytes_ <= 0;
  budget_bytes_ = std::min(output_per_refill, budget_bytes_ + output_per_refill);
  if (budget_bytes_ <= 0)
    timer_budget_ = shared_.loop.after(refill_interval, [this] { refill_budget(); });
  else if (paused && pipe_)
    watch_pipe_ = shared_.loop.watch(pipe_.get(), [this] { read_output(); });
}

void WorkerProcess::signal_group(int signal) const {
  // Between fork and setsid there is no group yet.
  if (!reaped_ && ::kill(-spawned_.pid, signal) != 0) ::kill(spawned_.pid, signal);
}

void WorkerProcess::kill_everything() {
  signal_group(SIGKILL);
  if (cgroup_)
    cgroup_->kill();
  else
    kill_orphans(marker_value(shared_.folder_id, id_.view()), reaped_ ? 0 : spawned_.pid);
}

void WorkerProcess::stop(milliseconds grace) {
  if (reaped_) return;
  const std::int64_t kill_at = monotonic_ns() + grace.count() * 1'000'000;
  const bool first = kill_at_ns_ == 0;
  if (!first && kill_at >= kill_at_ns_) return;
  kill_at_ns_ = kill_at;
  shared_.loop.cancel(timer_kill_);
  timer_kill_ = 0;
  if (grace.count() <= 0) return kill_everything();
  if (first) signal_group(SIGTERM);
  timer_kill_ = shared_.loop.after(grace, [this] { kill_everything(); });
}

void WorkerProcess::reap() {
  siginfo_t ignored{};
  ::waitid(P_PID, static_cast<id_t>(spawned_.pid), &ignored, WEXITED);
  reaped_ = true;
  spawned_.laid_out.reset();
}

/// What it reported on its way is told by `start`.
void WorkerProcess::ended_before_start() {
  std::string why;
  const bool failed = spawn_outcome(spawned_, why) == SpawnOutcome::failed;
  ready_ = refusal(Errc::io, failed ? why : "its process was killed as it began");
  reap();
}

void WorkerProcess::main_ended(std::int32_t exit_code, std::int32_t signal) {
  if (!started_) return ended_before_start();
  attend();
  on_outcome();
  // The dead main process keeps its number, and so the group's, from being used again until it is reaped.
  kill_everything();
  reap();
  shared_.loop.cancel(timer_kill_);
  const bool never_ran = !end_.detail.empty();
  end_.exit_code = never_ran || signal != 0 ? -1 : exit_code;
  end_.signal = never_ran ? 0 : signal;
  wait_for_the_rest(milliseconds{0});
}

bool WorkerProcess::everything_gone() const {
  if (::kill(-spawned_.pid, 0) == 0 || errno != ESRCH) return false;
  if (cgroup_) return cgroup_->empty();
  return kill_orphans(marker_value(shared_.folder_id, id_.view()), 0) == 0;
}

void WorkerProcess::wait_for_the_rest(milliseconds waited) {
  if (everything_gone()) return finish();
  if (waited >= rest_wait_max) {
    log::warn("worker.remains id={} process={}", id_.view(), spawned_.pid);
    return finish();
  }
  if (cgroup_) cgroup_->kill();
  const milliseconds pause{std::clamp<std::int64_t>(waited.count() / 4, 1, 50)};
  timer_rest_ = shared_.loop.after(pause, [this, next = waited + pause] { wait_for_the_rest(next); });
}

void WorkerProcess::read_rest() {
  // Nobody can write any more, so this is at most what the pipe holds.
  std::array<char, 64 * 1024> bytes;
  for (int rounds = 0; rounds < 32; ++rounds) {
    const ssize_t got = ::read(pipe_.get(), bytes.data(), bytes.size());
    if (got <= 0) break;
    take_output({bytes.data(), static_cast<std::size_t>(got)});
  }
  output_.finish();
}

void WorkerProcess::clean_up() {
  if (shared_.cgroups) shared_.cgroups->give_back(std::move(cgroup_));
  remove_work_folder(work_folder_);
}

void WorkerProcess::finish() {
  shared_.loop.unwatch(watch_pipe_);
  watch_pipe_ = 0;
  shared_.loop.cancel(timer_budget_);
  read_rest();
  pipe_.reset();
  if (end_.detail.empty())
    end_.detail = output_.last_lines();
  else
    end_.detail = output_.clean(end_.detail);
  end_.output = output_.lines();
  output_.close(end_.signal != 0 ? "ended by signal " + std::to_string(end_.signal)
                                 : "ended with exit code " + std::to_string(end_.exit_code),
                now());
  clean_up();
  events_.ended(std::move(end_));
}

}  // namespace pilotlight::keeper
