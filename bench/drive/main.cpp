// The load generator of the benchmarks: one thread, one epoll, real sockets.
#include <sys/resource.h>

#include <cstring>

#include "drive/modes.hpp"

int main(int argc, char** argv) {
  using namespace pilotlight::bench;
  const std::map<std::string, int (*)(const Options&)> modes = {
      {"submit", submit}, {"jobs", jobs},   {"dispatch", dispatch}, {"stream", stream},
      {"sync", sync},     {"polls", polls}, {"paced", paced}};
  const auto mode = argc > 1 ? modes.find(argv[1]) : modes.end();
  if (mode == modes.end()) {
    std::fprintf(
        stderr,
        "usage: bench_drive submit|jobs|dispatch|stream|sync|polls|paced --port N [--name value]...\n");
    return 2;
  }
  Options options;
  for (int i = 2; i + 1 < argc; i += 2) {
    if (std::strncmp(argv[i], "--", 2) != 0) return 2;
    options.values[argv[i] + 2] = argv[i + 1];
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return mode->second(options);
}
