#include "keeper/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "base/assert.hpp"

namespace pilotlight::keeper {
namespace {

/// What the new process was doing when it failed.
enum class Stage : std::uint8_t { descriptors, cgroup, user, folder, parent, program };

struct Failure {
  Stage stage;
  int number;
};

/// Everything the new process needs, laid out before it exists: between fork and exec it only makes system
/// calls.
struct Child {
  const SpawnPlan& plan;
  std::vector<std::string> programs;  ///< paths to try, in order
  std::vector<char*> command;
  char** environment;
  pid_t parent;
  int report;
  bool in_cgroup = false;  ///< from its first instruction
};

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

[[noreturn]] void fail(const Child& child, Stage stage, int number = errno) {
  const Failure failure{stage, number};
  [[maybe_unused]] const ssize_t written = ::write(child.report, &failure, sizeof failure);
  ::_exit(127);
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

/// Handlers go by themselves when the program runs.
void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (const int signal : ignored_signals()) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void place_descriptors(const Child& child) {
  const SpawnPlan& plan = child.plan;
  if (plan.empty_input) {
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || ::dup2(null, 0) < 0) fail(child, Stage::descriptors);
  }
  if (plan.output >= 0 && (::dup2(plan.output, 1) < 0 || ::dup2(plan.output, 2) < 0))
    fail(child, Stage::descriptors);
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : plan.keep)
    if (::fcntl(fd, F_SETFD, 0) != 0) fail(child, Stage::descriptors);
}

void change_user(const Child& child) {
  if (!child.plan.user) return;
  const UserAccount& user = *child.plan.user;
  if (::setgroups(user.groups.size(), user.groups.data()) != 0 || ::setgid(user.gid) != 0 ||
      ::setuid(user.uid) != 0)
    fail(child, Stage::user);
}

/// The signal is forgotten when the user changes, and never comes if the parent died before.
void die_with_parent(const Child& child) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != child.parent) fail(child, Stage::parent);
}

[[noreturn]] void run_program(const Child& child) {
  int number = ENOENT;
  for (const auto& program : child.programs) {
    ::execve(program.c_str(), child.command.data(), child.environment);
    if (errno != ENOENT && errno != ENOTDIR) number = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
  }
  fail(child, Stage::program, number);
}

[[noreturn]] void become(const Child& child) {
  const SpawnPlan& plan = child.plan;
  ::setsid();
  reset_signals();
  if (plan.cgroup_procs >= 0 && !child.in_cgroup && ::write(plan.cgroup_procs, "0", 1) != 1)
    fail(child, Stage::cgroup);
  place_descriptors(child);
  if (!plan.folder.empty() && ::chdir(plan.folder.c_str()) != 0) fail(child, Stage::folder);
  change_user(child);
  if (plan.umask) ::umask(*plan.umask);
  if (plan.open_files) ::setrlimit(RLIMIT_NOFILE, &*plan.open_files);
  die_with_parent(child);
  run_program(child);
}

/// Makes the process in its cgroup from its first instruction, if the plan has the folder, and as vfork()
/// does: in our memory and with us waiting until it runs its program, so that nothing of ours is copied for
/// it. Not so for another user, who could hold it still, and us with it. Negative if the kernel or a filter
/// of system calls does not allow it, or a sanitizer watches our memory.
[[gnu::noinline, gnu::returns_twice]] pid_t make_by_clone(Child& child) {
#if defined(__x86_64__) && defined(SYS_clone3) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
  clone_args how{};
  how.flags = CLONE_CLEAR_SIGHAND;
  if (!child.plan.user) how.flags |= CLONE_VM | CLONE_VFORK;
  how.exit_signal = SIGCHLD;
  child.in_cgroup = child.plan.cgroup_folder >= 0;
  if (child.in_cgroup) {
    how.flags |= CLONE_INTO_CGROUP;
    how.cgroup = static_cast<__u64>(child.plan.cgroup_folder);
  }
  // Both return from the instruction itself; a function that returned twice would find its stack changed.
  long made = SYS_clone3;
  asm volatile("syscall" : "+a"(made) : "D"(&how), "S"(sizeof how) : "rcx", "r11", "memory");
  if (made == 0) become(child);
  child.in_cgroup = false;
  return static_cast<pid_t>(made);
#else
  (void)child;
  return -1;
#endif
}

pid_t make_process(Child& child) {
  ignored_signals();  // learnt before the child needs it
  // Until the child has its own memory no handler of ours may run in it.
  sigset_t all, before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  pid_t made = make_by_clone(child);
  if (made < 0) made = ::fork();
  if (made == 0) become(child);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return made;
}

std::string describe(const Failure& failure, const SpawnPlan& plan) {
  const std::string why = std::string(": ") + std::strerror(failure.number);
  switch (failure.stage) {
    case Stage::descriptors: return "cannot set up its descriptors" + why;
    case Stage::cgroup: return "cannot enter its cgroup" + why;
    case Stage::user: return "cannot become the user \"" + plan.user->name + "\"" + why;
    case Stage::folder: return "cannot enter the folder " + plan.folder + why;
    case Stage::parent: return "its keeper went away";
    case Stage::program: return "cannot run \"" + plan.command.front() + "\"" + why;
  }
  UNREACHABLE();
}

}  // namespace

Result<std::optional<UserAccount>> find_user(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr)
    return refusal(Errc::invalid, "there is no user \"" + name + "\" on this machine; check --worker-user");
  if (entry->pw_uid == ::geteuid()) return std::optional<UserAccount>{};
  if (::geteuid() != 0) return refusal(Errc::invalid, "--worker-user needs a server that runs as root");
  UserAccount user{entry->pw_uid, entry->pw_gid, std::vector<gid_t>(64), name, entry->pw_dir};
  int count = static_cast<int>(user.groups.size());
  if (::getgrouplist(name.c_str(), user.gid, user.groups.data(), &count) < 0) {
    user.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name.c_str(), user.gid, user.groups.data(), &count);
  }
  user.groups.resize(static_cast<std::size_t>(count));
  return std::optional{std::move(user)};
}

Result<Spawned> spawn(const SpawnPlan& plan) {
  ASSERT(!plan.command.empty());
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC | O_NONBLOCK) != 0) return os_error("pipe");
  Spawned spawned{0, Fd{pipe[0]}};
  const Fd report{pipe[1]};
  std::vector<char*> environment;
  if (plan.environment) environment = pointers(*plan.environment);
  Child child{
      plan,       programs_of(plan), pointers(plan.command), plan.environment ? environment.data() : environ,
      ::getpid(), report.get()};
  spawned.pid = make_process(child);
  if (spawned.pid < 0) return os_error("fork");
  return spawned;
}

SpawnOutcome spawn_outcome(const Spawned& spawned, const SpawnPlan& plan, std::string& why) {
  Failure failure{};
  ssize_t got;
  do got = ::read(spawned.outcome.get(), &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  if (got < 0) return SpawnOutcome::pending;
  if (got != sizeof failure) return SpawnOutcome::running;
  why = describe(failure, plan);
  return SpawnOutcome::failed;
}

}  // namespace pilotlight::keeper
