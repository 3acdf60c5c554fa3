// The least that starting a process costs.
//   bench_spawn stamp COUNT PAUSE PROGRAM FILE    to the time that PROGRAM writes into FILE at its start
//   bench_spawn whole COUNT PAUSE PROGRAM WORD    to the end of PROGRAM WORD
// Each begins PAUSE microseconds after the end of the one before.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

extern char** environ;

namespace {

long long now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

long long written_time(const char* file) {
  char text[32] = {};
  const int fd = ::open(file, O_RDONLY);
  if (fd < 0 || ::read(fd, text, sizeof text - 1) <= 0) std::exit(1);
  ::close(fd);
  ::unlink(file);
  return std::atoll(text);
}

/// Runs the program to its end with its output thrown away.
void run(char* program, char* word, char* end) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  char* const words[] = {program, word, end, nullptr};
  pid_t child = 0;
  int status = 0;
  if (::posix_spawn(&child, program, &actions, nullptr, words, environ) != 0) std::exit(1);
  if (::waitpid(child, &status, 0) != child || status != 0) std::exit(1);
  ::posix_spawn_file_actions_destroy(&actions);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const bool stamp = std::string_view(argv[1]) == "stamp";
  std::vector<double> ms;
  char end[] = "end";
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    if (const int pause_us = std::atoi(argv[3])) ::usleep(static_cast<useconds_t>(pause_us));
    const long long start = now_ns();
    run(argv[4], argv[5], stamp ? end : nullptr);
    ms.push_back(1e-6 * static_cast<double>((stamp ? written_time(argv[5]) : now_ns()) - start));
  }
  std::sort(ms.begin(), ms.end());
  std::printf("p50_ms=%.4f min_ms=%.4f\n", ms[ms.size() / 2], ms.front());
}
