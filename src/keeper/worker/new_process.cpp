#include "keeper/worker/new_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "keeper/worker/system_call.hpp"

namespace pilotlight::keeper {
namespace {

constexpr std::size_t stack_size = 64 * 1024;

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

std::string_view search_path(const SpawnPlan& plan) {
  if (!plan.environment) {
    const char* ours = std::getenv("PATH");
    return ours != nullptr ? ours : "";
  }
  for (const auto& entry : *plan.environment)
    if (entry.starts_with("PATH=")) return std::string_view(entry).substr(5);
  return {};
}

std::vector<std::string> programs_of(const SpawnPlan& plan) {
  const std::string& name = plan.program.empty() ? plan.command.front() : plan.program;
  if (name.find('/') != name.npos) return {name};
  std::vector<std::string> all;
  std::string_view path = search_path(plan);
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    if (!folder.empty()) all.push_back(std::string(folder) + "/" + name);
  }
  if (all.empty()) all.push_back("/usr/bin/" + name);
  return all;
}

/// What this program ignores, which its children would go on to ignore. It does so from its start, or never.
const std::vector<int>& ignored_signals() {
  static const std::vector<int> all = [] {
    std::vector<int> ignored;
    struct sigaction present {};
    for (int signal = 1; signal < NSIG; ++signal)
      if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN)
        ignored.push_back(signal);
    return ignored;
  }();
  return all;
}

}  // namespace

NewProcess::NewProcess(SpawnPlan plan, int report)
    : plan_(std::move(plan)),
      programs_(programs_of(plan_)),
      command_(pointers(plan_.command)),
      environment_(plan_.environment ? pointers(*plan_.environment) : std::vector<char*>{}),
      parent_(::getpid()),
      report_(report) {
  ignored_signals();  // learnt before the process needs it
}

pid_t NewProcess::make() {
  // No handler of ours may run in it.
  sigset_t all, before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  pid_t made = may_share_memory() ? make_sharing_memory() : make_with_own_memory();
  if (made < 0) made = ::fork();
  if (made == 0) become(Born::outside);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return made;
}

/// In its cgroup from its first instruction, if the plan has the folder, and in our memory on a stack of its
/// own, so that nothing of ours is copied for it. Negative if the kernel or a filter of system calls does not
/// allow it, or a sanitizer watches our memory.
pid_t NewProcess::make_sharing_memory() {
#if defined(__x86_64__) && defined(SYS_clone3) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
  stack_.resize(stack_size);
  clone_args how{};
  how.flags = CLONE_CLEAR_SIGHAND | CLONE_VM;
  how.exit_signal = SIGCHLD;
  how.stack = (reinterpret_cast<__u64>(stack_.data()) + 15) & ~__u64{15};
  how.stack_size = stack_size - 16;
  if (plan_.cgroup_folder >= 0) {
    how.flags |= CLONE_INTO_CGROUP;
    how.cgroup = static_cast<__u64>(plan_.cgroup_folder);
  }
  long made = SYS_clone3;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %[process], %%rdi\n\t"
      "call *%[begin]\n\t"
      "ud2\n"
      "1:"
      : "+a"(made)
      : "D"(&how), "S"(sizeof how), [process] "r"(this), [begin] "r"(&NewProcess::begin)
      : "rcx", "r11", "memory");
  return static_cast<pid_t>(made);
#else
  return -1;
#endif
}

/// In its cgroup from its first instruction, with a copy of our memory: another user could hold a process
/// still that shares ours, and read in it; and a folder is made by code that allocates. Negative as above, or
/// if it has no such cgroup.
pid_t NewProcess::make_with_own_memory() {
#if defined(SYS_clone3) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
  if (plan_.cgroup_folder < 0) return -1;
  clone_args how{};
  how.flags = CLONE_INTO_CGROUP;
  how.exit_signal = SIGCHLD;
  how.cgroup = static_cast<__u64>(plan_.cgroup_folder);
  const auto made = static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
  if (made == 0) become(Born::in_its_cgroup);
  return made;
#else
  return -1;
#endif
}

void NewProcess::begin(const NewProcess* process) {
  process->become(process->plan_.cgroup_folder >= 0 ? Born::in_its_cgroup : Born::outside);
}

void NewProcess::become(Born born) const {
  system_call(SYS_setsid);
  reset_signals();
  if (plan_.cgroup_procs >= 0 && born == Born::outside)
    if (const long wrote = system_call(SYS_write, plan_.cgroup_procs, argument("0"), 1); wrote != 1)
      fail(Stage::cgroup, wrote);
  place_descriptors();
  if (plan_.umask) system_call(SYS_umask, *plan_.umask);
  enter_folder();
  change_user();
  if (plan_.open_files) system_call(SYS_prlimit64, 0, RLIMIT_NOFILE, argument(&*plan_.open_files));
  die_with_parent();
  wait_for_gate();
  run_program();
}

/// Handlers go by themselves when the program runs. These calls cannot fail.
void NewProcess::reset_signals() const {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (const int signal : ignored_signals()) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void NewProcess::place_descriptors() const {
  if (plan_.empty_input) {
    const long null = system_call(SYS_openat, AT_FDCWD, argument("/dev/null"), O_RDONLY);
    const long placed = null <= 0 ? null : system_call(SYS_dup3, null, 0, 0);
    if (placed < 0) fail(Stage::descriptors, placed);
  }
  for (const int number : {1, 2}) {
    const long placed = plan_.output < 0 ? 0 : system_call(SYS_dup3, plan_.output, number, 0);
    if (placed < 0) fail(Stage::descriptors, placed);
  }
  system_call(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : plan_.keep)
    if (const long kept = system_call(SYS_fcntl, fd, F_SETFD, 0); kept < 0) fail(Stage::descriptors, kept);
}

void NewProcess::enter_folder() const {
  if (!plan_.make_folder) {
    if (plan_.folder.empty()) return;
    const long entered = system_call(SYS_chdir, argument(plan_.folder.c_str()));
    return entered < 0 ? fail(Stage::folder, entered) : void();
  }
  die_with_parent();
  const Result<std::string> made = plan_.make_folder();
  if (!made) fail(Stage::given_folder, 0, made.error().message);
  const auto acting = ActingAs::begin(plan_.user);
  if (!acting || ::chdir(made->c_str()) != 0)
    fail(Stage::given_folder, 0, os_error("cannot enter " + *made).message);
}

void NewProcess::change_user() const {
  if (!plan_.user) return;
  const UserAccount& user = *plan_.user;
  if (::setgroups(user.groups.size(), user.groups.data()) != 0 || ::setgid(user.gid) != 0 ||
      ::setuid(user.uid) != 0)
    fail(Stage::user, -errno);
}

/// The signal is forgotten when the user changes, and never comes if the parent died before.
void NewProcess::die_with_parent() const {
  const long asked = system_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  if (asked < 0 || system_call(SYS_getppid) != parent_) fail(Stage::parent, asked);
}

/// It may wait long: nothing that others wait to see closed may stay open here meanwhile.
void NewProcess::wait_for_gate() const {
  if (plan_.gate < 0) return;
  const int low = std::min(plan_.gate, report_), high = std::max(plan_.gate, report_);
  if (low > 3) system_call(SYS_close_range, 3, low - 1);
  if (high > low + 1) system_call(SYS_close_range, low + 1, high - 1);
  system_call(SYS_close_range, high + 1, ~0U);
  pollfd gate{plan_.gate, POLLIN, 0};
  while (system_call(SYS_ppoll, argument(&gate), 1) == -EINTR) {
  }
  if ((gate.revents & POLLIN) == 0) system_call(SYS_exit_group, 0);
}

void NewProcess::run_program() const {
  char* const* environment = plan_.environment ? environment_.data() : environ;
  long failed = -ENOENT;
  for (const auto& program : programs_) {
    const long number =
        system_call(SYS_execve, argument(program.c_str()), argument(command_.data()), argument(environment));
    if (number != -ENOENT && number != -ENOTDIR) failed = number;
    if (number != -ENOENT && number != -ENOTDIR && number != -EACCES) break;
  }
  fail(Stage::program, failed);
}

void NewProcess::fail(Stage stage, long failed, std::string_view text) const {
  SpawnFailure failure{stage, static_cast<int>(-failed), {}};
  text.copy(failure.text.data(), failure.text.size() - 1);
  system_call(SYS_write, report_, argument(&failure), sizeof failure);
  for (;;) system_call(SYS_exit_group, 127);
}

}  // namespace pilotlight::keeper
