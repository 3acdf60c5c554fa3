#include "store/body_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <vector>

#include "store/checked.hpp"

namespace pilotlight::store {
namespace {

Error failure(const std::string& doing, const std::string& path, int why) {
  const bool space = why == ENOSPC || why == EDQUOT || why == EROFS;
  return refusal(space ? Errc::no_space : Errc::io, doing + " " + path + ": " + std::strerror(why));
}

/// A descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

std::string BodyFiles::path(RowNumber number) const {
  char name[24];
  std::snprintf(name, sizeof name, "/%016llx", static_cast<unsigned long long>(number));
  return folder_ + name;
}

Result<void> BodyFiles::open() {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return failure("cannot create", folder_, errno);
  return {};
}

Result<void> BodyFiles::write(const PayloadRef& ref, const Body& body) {
  const std::string final_path = path(ref.number), draft = final_path + ".new";
  {
    const Fd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const bool written = fd.get() >= 0 && write_all(fd.get(), *body) && ::fdatasync(fd.get()) == 0;
    if (!written) {
      const int why = errno;
      ::unlink(draft.c_str());
      return failure("cannot write", draft, why);
    }
  }
  const Fd folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (::rename(draft.c_str(), final_path.c_str()) != 0 || folder.get() < 0 || ::fsync(folder.get()) != 0) {
    const int why = errno;
    ::unlink(draft.c_str());
    ::unlink(final_path.c_str());
    return failure("cannot complete", final_path, why);
  }
  return {};
}

Result<Body> BodyFiles::read(const PayloadRef& ref) {
  const std::string name = path(ref.number);
  const Fd fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0)
    return errno == ENOENT ? refusal(Errc::not_found, "this payload is no longer kept")
                           : failure(unreadable_payload + std::string("cannot open"), name, errno);
  std::string bytes;
  bytes.reserve(ref.bytes + body_padding);
  bytes.resize(ref.bytes);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(unreadable_payload + std::string("cannot read"), name, errno);
    if (n == 0) return refusal(Errc::corrupt, unreadable_payload + name + " is shorter than it was");
    done += static_cast<std::size_t>(n);
  }
  return make_body(std::move(bytes));
}

void BodyFiles::remove(RowNumber number) {
  ::unlink(path(number).c_str());
}

std::size_t BodyFiles::sweep(const std::function<bool(RowNumber)>& known) {
  std::vector<std::filesystem::path> doomed;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    RowNumber number = 0;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), number, 16);
    const bool named = error == std::errc{} && stop == name.data() + name.size();
    if (!named || !known(number)) doomed.push_back(entry.path());
  }
  for (const auto& file : doomed) std::filesystem::remove(file, ignored);
  return doomed.size();
}

}  // namespace pilotlight::store
