// Preloaded into a server under test: a disk whose free space the test sets. The file that
// PILOTLIGHT_TEST_DISK_SPACE names holds one 64-bit number that may change at any time: the bytes that are
// free; 0: every write to a regular file fails with ENOSPC; -1: the disk is read-only; -2: nothing is
// changed; -3: every sync of a regular file fails with EIO.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr std::int64_t full = 0, read_only = -1, untouched = -2, broken = -3;

const volatile std::int64_t* map_free() {
  static const std::int64_t none = untouched;
  const char* path = std::getenv("PILOTLIGHT_TEST_DISK_SPACE");
  const int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return &none;
  void* mapped = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return mapped == MAP_FAILED ? &none : static_cast<const std::int64_t*>(mapped);
}

std::int64_t free_bytes() {
  static const volatile std::int64_t* bytes = map_free();
  return *bytes;
}

/// Sets errno and says true if a write to `file` must fail now. Standard output and error are somebody else's
/// disk.
bool fails(int file) {
  const std::int64_t bytes = free_bytes();
  struct stat status {};
  if ((bytes != full && bytes != read_only) || file <= 2 || fstat(file, &status) != 0 ||
      !S_ISREG(status.st_mode))
    return false;
  errno = bytes == full ? ENOSPC : EROFS;
  return true;
}

template <class Function>
Function next(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int lie(int status, struct statvfs* result) {
  const std::int64_t bytes = free_bytes();
  if (status != 0 || bytes == untouched || bytes == broken) return status;
  if (bytes == read_only) {
    result->f_flag |= ST_RDONLY;
    return status;
  }
  result->f_bavail = result->f_bfree = static_cast<fsblkcnt_t>(bytes) / result->f_frsize;
  return status;
}

}  // namespace

extern "C" ssize_t write(int file, const void* data, size_t size) {
  static const auto real = next(&write, "write");
  return fails(file) ? -1 : real(file, data, size);
}

extern "C" ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
  static const auto real = next(&pwrite, "pwrite");
  return fails(file) ? -1 : real(file, data, size, offset);
}

extern "C" ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  static const auto real = next(&pwrite64, "pwrite64");
  return fails(file) ? -1 : real(file, data, size, offset);
}

extern "C" int fdatasync(int file) {
  static const auto real = next(&fdatasync, "fdatasync");
  if (free_bytes() != broken) return real(file);
  errno = EIO;
  return -1;
}

extern "C" int statvfs(const char* __restrict path, struct statvfs* __restrict result) noexcept {
  static const auto real = next(&statvfs, "statvfs");
  return lie(real(path, result), result);
}

extern "C" int fstatvfs(int file, struct statvfs* result) noexcept {
  static const auto real = next(&fstatvfs, "fstatvfs");
  return lie(real(file, result), result);
}

extern "C" int statvfs64(const char* __restrict path, struct statvfs64* __restrict result) noexcept {
  return statvfs(path, reinterpret_cast<struct statvfs*>(result));
}

extern "C" int fstatvfs64(int file, struct statvfs64* result) noexcept {
  return fstatvfs(file, reinterpret_cast<struct statvfs*>(result));
}
