// Preloaded into a server under test: SIGKILL at a chosen moment of its work on disk. The file that
// PILOTLIGHT_TEST_KILL_POINT names holds two 64-bit numbers that may change at any time: a kind of moment (0:
// none) and how many of that kind are left until the kill, which sets the kind to 0. Only the server dies,
// not its keeper.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace {

constexpr std::int64_t wal_written = 1;  ///< before the WAL is synced
constexpr std::int64_t wal_synced = 2;   ///< a commit is durable, nobody knows it yet
constexpr std::int64_t body_complete =
    3;                                  ///< a large body has its durable name, its command is not there yet
constexpr std::int64_t any_change = 4;  ///< before any call that changes the database, bodies or secrets

struct Point {
  std::atomic<std::int64_t> kind, left;
};

bool is_server() {
  std::ifstream file("/proc/self/cmdline");
  const std::string command(std::istreambuf_iterator<char>(file), {});
  return command.find("--keeper-link") != command.npos;
}

Point* map_point() {
  const char* path = std::getenv("PILOTLIGHT_TEST_KILL_POINT");
  const int file = path != nullptr && is_server() ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return nullptr;
  void* mapped = mmap(nullptr, sizeof(Point), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<Point*>(mapped);
}

void reach(std::int64_t kind) {
  static Point* point = map_point();
  if (point == nullptr || point->kind != kind || --point->left > 0) return;
  point->kind = 0;
  kill(getpid(), SIGKILL);
}

std::string path_of(int file) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = readlink(link.c_str(), path, sizeof path);
  return std::string(path, size > 0 ? static_cast<std::size_t>(size) : 0);
}

bool is_remembered(const std::string& path) {
  return path.find("/pilotlight.db") != path.npos || path.find("/bodies") != path.npos ||
         path.ends_with("/api-key") || path.ends_with("/worker-secret") || path.ends_with("/secret-key");
}

void change(int file) {
  if (file > 2 && is_remembered(path_of(file))) reach(any_change);
}
void change(const char* path) {
  if (is_remembered(path)) reach(any_change);
}

void before_sync(int file) {
  change(file);
  if (path_of(file).ends_with("-wal")) reach(wal_written);
}
int after_sync(int file, int status) {
  const std::string path = path_of(file);
  if (status == 0 && path.ends_with("-wal")) reach(wal_synced);
  if (status == 0 && path.ends_with("/bodies")) reach(body_complete);
  return status;
}

template <class Function>
Function next(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t write(int file, const void* data, size_t size) {
  static const auto real = next(&write, "write");
  change(file);
  return real(file, data, size);
}

extern "C" ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  static const auto real = next(&pwrite64, "pwrite64");
  change(file);
  return real(file, data, size, offset);
}

extern "C" int ftruncate64(int file, off64_t size) noexcept {
  static const auto real = next(&ftruncate64, "ftruncate64");
  change(file);
  return real(file, size);
}

extern "C" int fsync(int file) {
  static const auto real = next(&fsync, "fsync");
  before_sync(file);
  return after_sync(file, real(file));
}

extern "C" int fdatasync(int file) {
  static const auto real = next(&fdatasync, "fdatasync");
  before_sync(file);
  return after_sync(file, real(file));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  static const auto real = next(&rename, "rename");
  change(from);
  return real(from, to);
}

extern "C" int unlink(const char* path) noexcept {
  static const auto real = next(&unlink, "unlink");
  change(path);
  return real(path);
}

extern "C" int remove(const char* path) noexcept {
  static const auto real = next(&remove, "remove");
  change(path);
  return real(path);
}
