// Stands in for libFuzzer: fuzz_TARGET DICTIONARY SEEDS [EXECUTIONS] runs the target on every file of the
// folder SEEDS, then on mutations of them, the same in every run. Whatever fails is left in a file that a run
// on it alone repeats: fuzz_TARGET DICTIONARY FILE
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/fuzz/mutator.hpp"
#include "tests/fuzz/target.hpp"

namespace {

namespace fs = std::filesystem;
using namespace pilotlight;

constexpr std::uint64_t executions_default = 50'000;
std::string running;  ///< the input that the target has now

void run(std::string text) {
  running = std::move(text);
  // A copy of exact size, so that a sanitizer sees what reads beyond it.
  const std::vector<std::uint8_t> bytes(running.begin(), running.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::map<std::string, std::string> seeds_in(const fs::path& path) {
  std::vector<fs::path> files{path};
  if (fs::is_directory(path)) files.assign(fs::directory_iterator(path), fs::directory_iterator());
  std::map<std::string, std::string> seeds;
  for (const fs::path& file : files) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    seeds[file.filename()] = text.str();
  }
  return seeds;
}

/// The process ends in any way after this.
void keep_what_failed() {
  const std::string path = "crash-" + std::to_string(std::hash<std::string>()(running));
  std::ofstream(path, std::ios::binary) << running;
  std::fprintf(stderr, "%zu bytes that fail are in %s\n", running.size(), path.c_str());
}

void on_abort(int) {
  keep_what_failed();
}

}  // namespace

/// Of the address sanitizer, where there is one: it ends the process by itself.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

int main(int count, char** arguments) {
  if (count < 3) return std::fputs("fuzz_TARGET DICTIONARY SEEDS [EXECUTIONS]\n", stderr), 2;
  const auto seeds = seeds_in(arguments[2]);
  if (seeds.empty()) return std::fputs("there are no seeds\n", stderr), 2;
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(keep_what_failed);
  std::signal(SIGABRT, on_abort);

  std::vector<std::string> texts;
  for (const auto& [name, text] : seeds) {
    run(text);
    texts.push_back(text);
  }
  const std::uint64_t executions = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : executions_default;
  if (!fs::is_directory(arguments[2])) return 0;
  Random choice(1);
  fuzz::Mutator mutator(2, fuzz::dictionary_words(arguments[1]));
  for (std::uint64_t done = 0; done < executions; ++done)
    run(mutator.mutated(texts[done % texts.size()], texts[choice.below(texts.size())]));
  std::printf("%zu seeds and %llu mutations of them\n", texts.size(),
              static_cast<unsigned long long>(executions));
  return 0;
}
