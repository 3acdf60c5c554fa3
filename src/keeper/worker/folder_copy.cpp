#include "keeper/worker/folder_copy.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <filesystem>

#include "base/fd.hpp"
#include "keeper/worker/folder_entries.hpp"

namespace pilotlight::keeper {
namespace {

constexpr std::uint64_t entry_bytes = 4096;
constexpr std::size_t block = 256 * 1024;
constexpr std::uint64_t mib = 1024 * 1024;

Result<void> copy_range(const Fd& from, const Fd& to, off_t at, off_t end) {
  std::string bytes(static_cast<std::size_t>(std::min<off_t>(end - at, block)), '\0');
  while (at < end) {
    const auto most = static_cast<std::size_t>(std::min<off_t>(end - at, block));
    const ssize_t got = ::pread(from.get(), bytes.data(), most, at);
    if (got < 0) return os_error("cannot read");
    if (got == 0) return {};  // it was cut meanwhile
    for (ssize_t written = 0, n = 0; written < got; written += n) {
      n = ::pwrite(to.get(), bytes.data() + written, static_cast<std::size_t>(got - written), at + written);
      if (n < 0) return os_error("cannot write");
    }
    at += got;
  }
  return {};
}

/// The data without the holes; one step where the file system shares blocks.
Result<void> copy_content(const Fd& from, const Fd& to, off_t size) {
  if (::ioctl(to.get(), FICLONE, from.get()) == 0) return {};
  if (::ftruncate(to.get(), size) != 0) return os_error("cannot write");
  for (off_t end = 0; end < size;) {
    const off_t data = ::lseek(from.get(), end, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;
    const off_t start = data < 0 ? end : data;
    const off_t hole = data < 0 ? size : ::lseek(from.get(), data, SEEK_HOLE);
    end = hole < 0 ? size : std::min(hole, size);
    if (auto copied = copy_range(from, to, start, end); !copied) return copied;
  }
  return {};
}

class FolderCopy {
 public:
  FolderCopy(const FoundFolder& found, const GivenFolder& given) : found_(found), given_(given) {}

  Result<FolderCopied> run() {
    if (auto measured = folder("", &FolderCopy::measure); !measured) return measured.error();
    if (auto copied = folder("", &FolderCopy::copy); !copied) return copied.error();
    return std::move(copied_);
  }

 private:
  using Step = Result<void> (FolderCopy::*)(const std::string& path, EntryKind kind);

  /// `path` is relative, with a slash at its end, or empty.
  Result<void> folder(const std::string& path, Step step) {
    auto entries = entries_of(source(path));
    if (!entries && entries.error().code == Errc::unauthorized) return leave_out(path);
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
      const std::string name = path + entry.name;
      if (is_left_out(entry, name)) continue;
      const EntryKind kind = is_linked(entry, name) ? EntryKind::link : entry.kind;
      if (auto done = (this->*step)(name, kind); !done) return done;
    }
    return {};
  }

  bool is_left_out(const FolderEntry& entry, const std::string& path) const {
    if (entry.name == ".git" || entry.kind == EntryKind::special) return true;
    if (entry.name == jobs_of_the_sdk && entry.kind != EntryKind::folder) return true;
    return std::find(found_.hidden.begin(), found_.hidden.end(), path) != found_.hidden.end();
  }
  bool is_linked(const FolderEntry& entry, const std::string& path) const {
    if (entry.kind == EntryKind::folder && (entry.name == ".venv" || entry.name == "venv")) return true;
    return std::find(given_.kept.begin(), given_.kept.end(), path) != given_.kept.end();
  }

  Result<void> measure(const std::string& path, EntryKind kind) {
    struct stat status {};
    std::uint64_t size = entry_bytes;
    if (kind == EntryKind::file && ::lstat(source(path).c_str(), &status) == 0)
      size = std::max<std::uint64_t>(
          size, std::min<std::uint64_t>(status.st_size, static_cast<std::uint64_t>(status.st_blocks) * 512));
    bytes_ += size;
    if (bytes_ > given_.copy_max) return too_large();
    return kind == EntryKind::folder ? folder(path + "/", &FolderCopy::measure) : Result<void>();
  }
  Error too_large() const {
    return refusal(Errc::too_large,
                   fmt::format("the folder {} is larger than the {} MiB of worker-folder-copy-max, so a "
                               "worker cannot get a copy of it; move large files elsewhere, list their paths "
                               "in PILOTLIGHT_KEEP among the template's variables, raise "
                               "--worker-folder-copy-max, or run the server where overlays are possible",
                               given_.path, given_.copy_max / mib));
  }

  Result<void> copy(const std::string& path, EntryKind kind) {
    switch (kind) {
      case EntryKind::folder: return copy_folder(path);
      case EntryKind::file: return copy_file(path);
      case EntryKind::link: return copy_link(path);
      case EntryKind::special: return {};
    }
    return {};
  }

  Result<void> copy_folder(const std::string& path) {
    struct stat status {};
    if (::lstat(source(path).c_str(), &status) != 0) return {};
    if (::mkdir(target(path).c_str(), 0700) != 0) return os_error("cannot make the folder " + target(path));
    if (auto copied = folder(path + "/", &FolderCopy::copy); !copied) return copied;
    const timespec times[] = {status.st_atim, status.st_mtim};
    ::utimensat(AT_FDCWD, target(path).c_str(), times, 0);
    ::chmod(target(path).c_str(), status.st_mode & 0777);
    return {};
  }

  Result<void> copy_file(const std::string& path) {
    const Fd from{::open(source(path).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!from && errno == ENOENT) return {};
    if (!from && errno == EACCES) return leave_out(path);
    struct stat status {};
    if (!from || ::fstat(from.get(), &status) != 0) return os_error("cannot read " + source(path));
    if (!S_ISREG(status.st_mode)) return {};
    const Fd to{::open(target(path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!to) return os_error("cannot write " + target(path));
    if (auto copied = copy_content(from, to, status.st_size); !copied)
      return refusal(copied.error().code, "cannot copy " + source(path) + ": " + copied.error().message);
    const timespec times[] = {status.st_atim, status.st_mtim};
    ::futimens(to.get(), times);
    ::fchmod(to.get(), status.st_mode & 0777);
    return {};
  }

  /// A link of the given folder, or one to what is not copied.
  Result<void> copy_link(const std::string& path) {
    char text[PATH_MAX];
    const ssize_t size = ::readlink(source(path).c_str(), text, sizeof text);
    if (size < 0 && errno == ENOENT) return {};
    const std::string leads_to =
        size < 0 ? source(path) : seen_from_copy(path, {text, static_cast<std::size_t>(size)});
    if (::symlink(leads_to.c_str(), target(path).c_str()) != 0)
      return os_error("cannot make the link " + target(path));
    return {};
  }
  /// Where a link of the given folder leads to: into the copy, or to the same place as before.
  std::string seen_from_copy(const std::string& path, const std::string& leads_to) const {
    if (is_within(leads_to, found_.path)) return given_.own + leads_to.substr(found_.path.size());
    if (leads_to.starts_with('/')) return leads_to;
    const auto place = std::filesystem::path(source(path)).parent_path() / leads_to;
    return is_within(place.lexically_normal().string(), found_.path) ? leads_to : place.string();
  }

  Result<void> leave_out(const std::string& path) {
    copied_.unreadable = path;
    return {};
  }

  std::string source(const std::string& path) const { return found_.path + "/" + path; }
  std::string target(const std::string& path) const { return given_.own + "/" + path; }

  const FoundFolder& found_;
  const GivenFolder& given_;
  FolderCopied copied_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<FolderCopied> copy_folder(const FoundFolder& found, const GivenFolder& given) {
  return FolderCopy(found, given).run();
}

}  // namespace pilotlight::keeper
