#include "dev/child.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace pilotlight::dev {
namespace {

constexpr std::size_t output_max = 64 * 1024;

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// Between fork and exec: only what is safe there. Never returns; tells the error's number through `told`.
[[noreturn]] void become(const Launch& what, const char* program, char* const* words,
                         char* const* environment, pid_t parent, int told) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const int output = what.output >= 0 ? what.output : nothing;
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (what.own_session) ::setsid();
  ::prctl(PR_SET_PDEATHSIG, what.parent_ended);
  if (::getppid() != parent) ::_exit(1);
  ::execvpe(program, words, environment);
  const int number = errno;
  [[maybe_unused]] const ssize_t wrote = ::write(told, &number, sizeof number);
  ::_exit(127);
}

Fd pidfd_of(pid_t pid) {
  return Fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

}  // namespace

Result<Child> launch(const Launch& what) {
  const std::string& program = what.program.empty() ? what.words.front() : what.program;
  const auto words = pointers(what.words);
  const auto environment = pointers(what.environment);
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return os_error("fork");
  if (pid == 0) become(what, program.c_str(), words.data(), environment.data(), parent, pipe->writing.get());
  pipe->writing.reset();
  int number = 0;
  if (::read(pipe->reading.get(), &number, sizeof number) == static_cast<ssize_t>(sizeof number)) {
    ::waitpid(pid, nullptr, 0);
    return os_error(program, number);
  }
  Child child{pid, pidfd_of(pid)};
  if (child.ended) return child;
  const Error error = os_error("pidfd_open");
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return error;
}

Result<Ended> run(Launch what, std::chrono::milliseconds most) {
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  what.output = pipe->writing.get();
  const auto child = launch(what);
  if (!child) return child.error();
  pipe->writing.reset();
  Ended result;
  const auto end = std::chrono::steady_clock::now() + most;
  bool late = false;
  // The loop ends with the program, not with the pipe: a process that the program left may hold that open.
  for (bool open = true;;) {
    const auto rest =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waits[] = {{child->ended.get(), POLLIN, 0}, {open ? pipe->reading.get() : -1, POLLIN, 0}};
    late = rest.count() <= 0 || ::poll(waits, 2, static_cast<int>(rest.count())) == 0;
    char buffer[4096];
    if (!late && waits[1].revents != 0) {
      const ssize_t got = ::read(pipe->reading.get(), buffer, sizeof buffer);
      open = got > 0;
      if (open && result.output.size() < output_max)
        result.output.append(buffer, static_cast<std::size_t>(got));
    } else if (late || waits[0].revents != 0) {
      break;
    }
  }
  if (late) ::kill(child->pid, SIGKILL);
  while (::waitpid(child->pid, &result.status, 0) < 0 && errno == EINTR) {
  }
  if (late)
    return refusal(Errc::timed_out,
                   what.words.front() + " did not end within " + std::to_string(most.count() / 1000) + " s");
  return result;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

}  // namespace pilotlight::dev
