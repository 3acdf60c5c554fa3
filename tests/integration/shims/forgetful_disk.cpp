// Preloaded into a server under test: a disk that forgets, when the server starts, everything that no earlier
// server had synced, as a machine does that lost its power. PILOTLIGHT_TEST_FORGETFUL_DISK names the folder
// above the data folder, PILOTLIGHT_TEST_DURABLE_DISK a folder beside it for what is durable:
//   by-inode/INODE   the bytes of a file as of its last fsync
//   tree/PATH        the names as of the last fsync of their folder; links to the above
// A name without a synced folder is lost, a file without a sync is empty under its durable name. Only the
// server's own files forget (the keeper's are of no use to the next machine): the database, bodies, secrets.
//
// PILOTLIGHT_TEST_SKIPPED_SYNCS leaves out the syncs of one kind, as a careless build would: wal, bodies,
// folders.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

template <class Function>
Function next(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// What is written to one file and not synced yet.
struct Unsynced {
  std::vector<std::pair<off_t, off_t>> ranges;  ///< from, to
  bool resized = false;
};

struct OpenFile {
  ino_t inode = 0;
  bool folder = false;
  std::string path;  ///< relative to the forgetful folder
};

class Disk {
 public:
  static Disk& get() {
    static Disk* disk = new Disk;  // outlives every thread
    return *disk;
  }

  bool in_use() const { return !root_.empty(); }
  std::string relative(const char* path) const {
    const std::string text(path != nullptr ? path : "");
    return in_use() && text.starts_with(root_ + "/") ? text.substr(root_.size() + 1) : "";
  }

  void opened(int file, const char* path, bool existed) {
    const std::string name = relative(path);
    struct stat status {};
    if (name.empty() || file < 0 || fstat(file, &status) != 0) return;
    const std::lock_guard lock(mutex_);
    files_[file] = {status.st_ino, S_ISDIR(status.st_mode), name};
    if (existed || !S_ISREG(status.st_mode)) return;
    unlink(by_inode(status.st_ino).c_str());  // the number may be that of a file that is gone
    unsynced_.erase(status.st_ino);
    renamed_[parent(name)].insert(name);
  }

  void closed(int file) {
    const std::lock_guard lock(mutex_);
    files_.erase(file);
  }

  void written(int file, off_t from, ssize_t size) {
    if (size <= 0) return;
    const std::lock_guard lock(mutex_);
    if (const OpenFile* open = find(file)) unsynced_[open->inode].ranges.emplace_back(from, from + size);
  }

  void resized(int file) {
    const std::lock_guard lock(mutex_);
    if (const OpenFile* open = find(file)) unsynced_[open->inode].resized = true;
  }

  void name_changed(const char* path) {
    const std::string name = relative(path);
    if (name.empty()) return;
    const std::lock_guard lock(mutex_);
    renamed_[parent(name)].insert(name);
  }

  /// After a successful sync.
  void synced(int file) {
    const std::lock_guard lock(mutex_);
    const OpenFile* open = find(file);
    if (open == nullptr || skipped(*open)) return;
    open->folder ? sync_folder(open->path) : sync_file(file, open->inode);
  }

  /// Puts everything back to what is durable.
  void forget() const;

 private:
  Disk()
      : root_(setting("PILOTLIGHT_TEST_FORGETFUL_DISK")), durable_(setting("PILOTLIGHT_TEST_DURABLE_DISK")) {
    if (!in_use()) return;
    mkdir(durable_.c_str(), 0700);
    mkdir((durable_ + "/by-inode").c_str(), 0700);
    mkdir((durable_ + "/tree").c_str(), 0700);
  }

  static std::string parent(const std::string& name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string::npos ? "" : name.substr(0, slash);
  }
  std::string by_inode(ino_t inode) const { return durable_ + "/by-inode/" + std::to_string(inode); }
  std::string in_tree(const std::string& name) const { return durable_ + "/tree/" + name; }
  const OpenFile* find(int file) const {
    const auto found = files_.find(file);
    return found == files_.end() ? nullptr : &found->second;
  }
  static bool skipped(const OpenFile& file) {
    static const std::string kind = setting("PILOTLIGHT_TEST_SKIPPED_SYNCS");
    if (kind == "wal") return file.path.ends_with("-wal");
    if (kind == "bodies") return !file.folder && file.path.find("/bodies/") != std::string::npos;
    return kind == "folders" && file.folder && file.path.ends_with("/bodies");
  }

  void sync_file(int file, ino_t inode);
  void sync_folder(const std::string& folder);
  void link_name(const std::string& name) const;
  bool forgetful(const std::string& name) const;

  const std::string root_, durable_;
  std::mutex mutex_;
  std::map<int, OpenFile> files_;
  std::map<ino_t, Unsynced> unsynced_;
  std::map<std::string, std::set<std::string>> renamed_;  ///< by folder: names whose change is not durable
};

/// Runs of this process' own calls pass through to the real functions.
thread_local bool inside = false;
struct Inside {
  Inside() { inside = true; }
  ~Inside() { inside = false; }
};
bool watched() {
  return !inside && Disk::get().in_use();
}

void Disk::sync_file(int file, ino_t inode) {
  const Inside own;
  const Unsynced changes = std::exchange(unsynced_[inode], {});
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const int from = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int to = open(by_inode(inode).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  std::vector<char> bytes;
  for (const auto& [begin, end] : changes.ranges) {
    bytes.resize(static_cast<std::size_t>(end - begin));
    const ssize_t size = pread(from, bytes.data(), bytes.size(), begin);
    if (size > 0 && pwrite(to, bytes.data(), static_cast<std::size_t>(size), begin) != size) std::abort();
  }
  struct stat status {};
  if (changes.resized && fstat(from, &status) == 0 && ftruncate(to, status.st_size) != 0) std::abort();
  close(from);
  close(to);
}

void Disk::sync_folder(const std::string& folder) {
  const Inside own;
  std::error_code ignored;
  fs::create_directories(in_tree(folder), ignored);
  for (const std::string& name : std::exchange(renamed_[folder], {})) link_name(name);
}

void Disk::link_name(const std::string& name) const {
  struct stat status {};
  const std::string live = root_ + "/" + name;
  unlink(in_tree(name).c_str());
  if (stat(live.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  close(open(by_inode(status.st_ino).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (link(by_inode(status.st_ino).c_str(), in_tree(name).c_str()) != 0) std::abort();
}

bool Disk::forgetful(const std::string& name) const {
  return name.find("/pilotlight.db") != name.npos || name.find("/bodies") != name.npos ||
         name.ends_with("/api-key") || name.ends_with("/worker-secret") || name.ends_with("/secret-key");
}

void Disk::forget() const {
  const Inside own;
  std::vector<fs::path> live, durable;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(root_, ignored))
    if (entry.is_regular_file(ignored) && forgetful(entry.path().string().substr(root_.size())))
      live.push_back(entry.path());
  for (const auto& entry : fs::recursive_directory_iterator(durable_ + "/tree", ignored))
    if (entry.is_regular_file(ignored) && forgetful(entry.path().string().substr(durable_.size())))
      durable.push_back(entry.path());
  for (const fs::path& path : live) fs::remove(path, ignored);
  for (const auto& entry : fs::directory_iterator(durable_ + "/by-inode", ignored))
    fs::remove(entry, ignored);
  for (const fs::path& path : durable) {
    const std::string target = root_ + path.string().substr((durable_ + "/tree").size());
    fs::create_directories(fs::path(target).parent_path(), ignored);
    fs::copy_file(path, target, ignored);
    struct stat status {};
    if (ignored || chmod(target.c_str(), 0600) != 0 || stat(target.c_str(), &status) != 0) std::abort();
    if (link(path.c_str(), by_inode(status.st_ino).c_str()) != 0) std::abort();
  }
}

/// The machine comes back: a server, not its keeper, finds what is durable.
__attribute__((constructor)) void start() {
  std::ifstream file("/proc/self/cmdline");
  const std::string command(std::istreambuf_iterator<char>(file), {});
  if (Disk::get().in_use() && command.find("--keeper-link") != command.npos) Disk::get().forget();
}

int note_open(int file, const char* path, bool existed) {
  const int why = errno;
  if (watched()) Disk::get().opened(file, path, existed);
  errno = why;
  return file;
}

bool exists(const char* path) {
  const int why = errno;
  const bool there = access(path, F_OK) == 0;
  errno = why;
  return there;
}

template <class Function>
int open_with(Function real, const char* path, int flags, va_list arguments) {
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  const bool existed = exists(path);
  const int file = real(path, flags, mode);
  note_open(file, path, existed);
  if (file >= 0 && existed && (flags & O_TRUNC) != 0 && watched()) Disk::get().resized(file);
  return file;
}

off_t position(int file) {
  return watched() ? lseek(file, 0, SEEK_CUR) : 0;
}

}  // namespace

extern "C" int open(const char* path, int flags, ...) {
  static const auto real = next(&open, "open");
  va_list arguments;
  va_start(arguments, flags);
  const int file = open_with(real, path, flags, arguments);
  va_end(arguments);
  return file;
}

extern "C" int open64(const char* path, int flags, ...) {
  static const auto real = next(&open64, "open64");
  va_list arguments;
  va_start(arguments, flags);
  const int file = open_with(real, path, flags, arguments);
  va_end(arguments);
  return file;
}

extern "C" int close(int file) {
  static const auto real = next(&close, "close");
  if (watched()) Disk::get().closed(file);
  return real(file);
}

extern "C" ssize_t write(int file, const void* data, size_t size) {
  static const auto real = next(&write, "write");
  const off_t from = position(file);
  const ssize_t written = real(file, data, size);
  if (watched()) Disk::get().written(file, from, written);
  return written;
}

extern "C" ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
  static const auto real = next(&pwrite, "pwrite");
  const ssize_t written = real(file, data, size, offset);
  if (watched()) Disk::get().written(file, offset, written);
  return written;
}

extern "C" ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  static const auto real = next(&pwrite64, "pwrite64");
  const ssize_t written = real(file, data, size, offset);
  if (watched()) Disk::get().written(file, offset, written);
  return written;
}

extern "C" int ftruncate(int file, off_t size) noexcept {
  static const auto real = next(&ftruncate, "ftruncate");
  const int status = real(file, size);
  if (status == 0 && watched()) Disk::get().resized(file);
  return status;
}

extern "C" int ftruncate64(int file, off64_t size) noexcept {
  static const auto real = next(&ftruncate64, "ftruncate64");
  const int status = real(file, size);
  if (status == 0 && watched()) Disk::get().resized(file);
  return status;
}

extern "C" int fsync(int file) {
  static const auto real = next(&fsync, "fsync");
  const int status = real(file);
  if (status == 0 && watched()) Disk::get().synced(file);
  return status;
}

extern "C" int fdatasync(int file) {
  static const auto real = next(&fdatasync, "fdatasync");
  const int status = real(file);
  if (status == 0 && watched()) Disk::get().synced(file);
  return status;
}

extern "C" int rename(const char* from, const char* to) noexcept {
  static const auto real = next(&rename, "rename");
  const int status = real(from, to);
  if (status == 0 && watched()) {
    Disk::get().name_changed(from);
    Disk::get().name_changed(to);
  }
  return status;
}

extern "C" int unlink(const char* path) noexcept {
  static const auto real = next(&unlink, "unlink");
  const int status = real(path);
  if (status == 0 && watched()) Disk::get().name_changed(path);
  return status;
}

extern "C" int remove(const char* path) noexcept {
  static const auto real = next(&remove, "remove");
  const int status = real(path);
  if (status == 0 && watched()) Disk::get().name_changed(path);
  return status;
}
