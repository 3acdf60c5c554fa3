#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace pilotlight::dev {

/// How a line looks on a terminal with colours.
enum class Look { plain, good, bad, faint };

/// Lines on a terminal or into a file or pipe, and on a terminal one more below them that says how things
/// stand. Never blocks: what its reader does not take waits, and beyond `lines_max` the oldest lines are
/// dropped and counted.
class Screen {
 public:
  /// `file` stays the caller's.
  explicit Screen(int file);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// The file is a terminal that can erase, so there is a line of state.
  bool live() const { return live_; }

  /// Writes one line, or several with line ends between them; control characters are taken out.
  void line(std::string_view text, Look look = Look::plain);
  /// Sets the text of the line of state; draws it if it changed.
  void state(std::string_view text);

  /// Something waits for the reader: call `flush` when the file is writable.
  bool pending() const { return !out_.empty(); }
  void flush();
  int descriptor() const { return file_; }
  /// The reader has gone: nothing that is written arrives.
  bool gone() const { return gone_; }

  static constexpr std::size_t lines_max = 10'000;

 private:
  void put(std::string text);
  void erase_state();
  void draw_state();

  int file_;
  bool live_ = false, colours_ = false, gone_ = false;
  std::string state_;
  bool state_drawn_ = false;
  std::deque<std::string> out_;
  std::size_t written_ = 0;  ///< bytes written of the first text in out_
  std::size_t dropped_ = 0;
};

}  // namespace pilotlight::dev
