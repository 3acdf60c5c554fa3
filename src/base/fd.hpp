#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace pilotlight {

/// Owns one file descriptor; -1 is none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  void reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

/// "what: text of the error number".
inline Error os_error(std::string_view what, int number = errno) {
  return {Errc::io, std::string(what) + ": " + std::strerror(number)};
}

struct Pipe {
  Fd reading, writing;
};
/// Close-on-exec; `flags` of pipe2() for both ends.
inline Result<Pipe> make_pipe(int flags = 0) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | flags) != 0) return os_error("pipe");
  return Pipe{Fd{ends[0]}, Fd{ends[1]}};
}

}  // namespace pilotlight
