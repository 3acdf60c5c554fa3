// The least that durability costs: a bare SQLite database, one row an operation.
//   bench_store single FILE COUNT PAUSE         what a lone commit takes, PAUSE microseconds after the last
//   bench_store batch FILE COMMITS ROWS         ROWS operations a commit on average: the CPU of each
//   bench_store group FILE SECONDS SUBMITTERS   group-committed, one outstanding for each submitter
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "floors/database.hpp"
#include "floors/group.hpp"

namespace pilotlight::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double cpu_us() {
  timespec spent{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return 1e6 * static_cast<double>(spent.tv_sec) + 1e-3 * static_cast<double>(spent.tv_nsec);
}

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

void single(BareDatabase& database, int count, int pause_us) {
  std::vector<double> ms;
  const double cpu = cpu_us();
  for (int i = 0; i < count; ++i) {
    if (pause_us > 0) ::usleep(static_cast<useconds_t>(pause_us));
    const auto start = SteadyClock::now();
    database.begin();
    database.insert();
    database.commit();
    ms.push_back(1e3 * seconds_since(start));
  }
  std::sort(ms.begin(), ms.end());
  std::printf("p50_ms=%.4f p90_ms=%.4f cpu_us=%.2f\n", ms[ms.size() / 2], ms[ms.size() * 9 / 10],
              (cpu_us() - cpu) / count);
}

void batch(BareDatabase& database, int commits, double rows) {
  double owed = 0;
  int done = 0;
  const auto start = SteadyClock::now();
  const double cpu = cpu_us();
  for (int i = 0; i < commits; ++i) {
    database.begin();
    for (owed += rows; owed >= 1; --owed, ++done) database.insert();
    database.commit();
  }
  std::printf("cpu_us=%.3f rate=%.0f\n", (cpu_us() - cpu) / done, done / seconds_since(start));
}

void group(BareDatabase& database, double seconds, int submitters) {
  const auto start = SteadyClock::now();
  const double cpu = cpu_us();
  GroupCommit commits(database);
  const long done = commits.run(submitters, seconds);
  std::printf("rate=%.0f mean_batch=%.1f cpu_us=%.2f\n", static_cast<double>(done) / seconds_since(start),
              commits.mean_batch(), (cpu_us() - cpu) / static_cast<double>(done));
}

}  // namespace
}  // namespace pilotlight::bench

int main(int argc, char** argv) {
  using namespace pilotlight::bench;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (argc <= 4 || (mode != "single" && mode != "batch" && mode != "group")) {
    std::fprintf(stderr,
                 "usage: bench_store single FILE COUNT PAUSE | batch FILE COMMITS ROWS | group FILE SECONDS "
                 "SUBMITTERS\n");
    return 2;
  }
  BareDatabase database(argv[2]);
  if (mode == "single") single(database, std::atoi(argv[3]), std::atoi(argv[4]));
  if (mode == "batch") batch(database, std::atoi(argv[3]), std::atof(argv[4]));
  if (mode == "group") group(database, std::atof(argv[3]), std::atoi(argv[4]));
}
