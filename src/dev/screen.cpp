#include "dev/screen.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "dev/printable.hpp"

namespace pilotlight::dev {
namespace {

constexpr std::size_t piece = 1024;  ///< a reader that takes anything takes so much

std::string_view colour_of(Look look) {
  switch (look) {
    case Look::plain: return "";
    case Look::good: return "\x1b[32m";
    case Look::bad: return "\x1b[31m";
    case Look::faint: return "\x1b[2m";
  }
  return "";
}

bool can_erase() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && *terminal != '\0' && std::string_view(terminal) != "dumb";
}

bool wants_colours() {
  const char* none = std::getenv("NO_COLOR");
  return none == nullptr || *none == '\0';
}

std::size_t columns_of(int file) {
  winsize size{};
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Screen::Screen(int file)
    : file_(file), live_(::isatty(file) == 1 && can_erase()), colours_(live_ && wants_colours()) {}

Screen::~Screen() {
  erase_state();
  flush();
}

void Screen::line(std::string_view text, Look look) {
  erase_state();
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string shown = printable(text.substr(from, end - from));
    const std::string_view colour = colours_ ? colour_of(look) : "";
    put(std::string(colour) + shown + (colour.empty() ? "" : "\x1b[0m") + "\n");
    from = end + 1;
  }
  draw_state();
}

void Screen::state(std::string_view text) {
  if (!live_ || text == state_) return;
  erase_state();
  state_ = text;
  draw_state();
}

void Screen::erase_state() {
  if (!state_drawn_) return;
  put("\r\x1b[K");
  state_drawn_ = false;
}

void Screen::draw_state() {
  if (!live_ || state_.empty()) return;
  const std::string shown = shortened(printable(state_), columns_of(file_) - 1);
  put((colours_ ? "\x1b[7m" : "") + shown + (colours_ ? "\x1b[0m" : ""));
  state_drawn_ = true;
}

void Screen::put(std::string text) {
  if (gone_) return;
  if (out_.size() >= lines_max) {
    // The first may be half written.
    out_.erase(out_.begin() + 1);
    ++dropped_;
  }
  out_.push_back(std::move(text));
  flush();
}

void Screen::flush() {
  while (!out_.empty() && !gone_) {
    pollfd writable{file_, POLLOUT, 0};
    if (::poll(&writable, 1, 0) <= 0) return;
    const std::string& first = out_.front();
    const ssize_t wrote = ::write(file_, first.data() + written_, std::min(first.size() - written_, piece));
    if (wrote < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (wrote < 0) {
      gone_ = true;
      return out_.clear();
    }
    written_ += static_cast<std::size_t>(wrote);
    if (written_ < first.size()) continue;
    out_.pop_front();
    written_ = 0;
    if (out_.empty() && dropped_ > 0) {
      out_.push_back("[" + std::to_string(dropped_) + " lines were not shown]\n");
      dropped_ = 0;
    }
  }
}

}  // namespace pilotlight::dev
