#include <cstdio>
#include <cstdlib>

#include "sim/run.hpp"

int main(int argc, char** argv) {
  const auto first = std::strtoull(argv[1], nullptr, 10);
  const auto count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::uint64_t commands = 0, crashes = 0, failed = 0;
  for (auto seed = first; seed < first + count; ++seed) {
    const auto result = pilotlight::sim::run_seed(seed, {.trace_lines = count == 1 ? 100000UL : 0UL});
    commands += result.commands;
    crashes += result.crashes;
    if (result.violation) {
      ++failed;
      std::printf("seed %llu %s: %s\n", (unsigned long long)seed, result.violation->law.c_str(),
                  result.violation->text.c_str());
    }
  }
  std::printf("%lu commands %lu crashes %lu failed\n", commands, crashes, failed);
}
