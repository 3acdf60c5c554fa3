// What is in a data folder, read by the store alone: no control plane, no doors.
//   bench_load FOLDER
#include <chrono>
#include <cstdio>

#include "domain/record.hpp"
#include "store/sqlite/sqlite_store.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto start = std::chrono::steady_clock::now();
  const auto store = pilotlight::store::open_sqlite_store({argv[1]});
  if (!store) return std::fprintf(stderr, "%s\n", store.error().message.c_str()), 1;
  long records = 0;
  const auto loaded = (*store)->load([&records](pilotlight::Record) { ++records; });
  if (!loaded) return std::fprintf(stderr, "%s\n", loaded.error().message.c_str()), 1;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("records=%ld ms=%.2f\n", records, took.count());
}
