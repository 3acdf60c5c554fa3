// The least that a mount namespace with an overlay costs a process: bench_overlay COUNT PAUSE FOLDER
// The program makes FOLDER/given, mounts COUNT overlays over it, one after the other, and sleeps PAUSE
// microseconds after each.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

double now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

void write_line(const char* file, const std::string& text) {
  const int fd = ::open(file, O_WRONLY);
  if (fd < 0 || ::write(fd, text.data(), text.size()) < 0) std::exit(1);
  ::close(fd);
}

/// As an ordinary user in a user namespace, too.
void enter() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) std::exit(1);
  if (user != 0) {
    write_line("/proc/self/setgroups", "deny");
    write_line("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
    write_line("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) std::exit(1);
}

/// In a child, as the namespace ends with it; the exit status 0 says that it was made.
double cover_ms(const std::string& folder, int number) {
  const std::string own = folder + "/" + std::to_string(number), upper = own + "/upper", work = own + "/work";
  int times[2];
  if (::pipe(times) != 0 || ::mkdir(own.c_str(), 0700) != 0) std::exit(1);
  const pid_t child = ::fork();
  if (child == 0) {
    const double start = now_ms();
    enter();
    ::mkdir(upper.c_str(), 0700);
    ::mkdir(work.c_str(), 0700);
    const std::string options = "volatile,index=off,lowerdir=" + folder + "/given,upperdir=" + upper +
                                ",workdir=" + work + (::geteuid() == 0 ? "" : ",userxattr");
    if (::mount("bench", (folder + "/given").c_str(), "overlay", 0, options.c_str()) != 0) ::_exit(1);
    const double took = now_ms() - start;
    ::_exit(::write(times[1], &took, sizeof took) == sizeof took ? 0 : 1);
  }
  int status = 1;
  double took = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) std::exit(1);
  if (::read(times[0], &took, sizeof took) != sizeof took) std::exit(1);
  ::close(times[0]);
  ::close(times[1]);
  return took;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string folder = argv[3];
  if (::mkdir((folder + "/given").c_str(), 0755) != 0) return 1;
  std::vector<double> ms;
  for (int i = 0; i < std::atoi(argv[1]); ++i) {
    ::usleep(static_cast<useconds_t>(std::atoi(argv[2])));
    ms.push_back(cover_ms(folder, i));
  }
  std::sort(ms.begin(), ms.end());
  std::printf("p50_ms=%.4f min_ms=%.4f\n", ms[ms.size() / 2], ms.front());
}
