#include "dev/screen.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace pilotlight::dev {
namespace {

std::string all_of(const Fd& file) {
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(file.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

/// A terminal of so many columns; what is written to `inner` is read from `outer`.
struct Terminal {
  explicit Terminal(unsigned short columns) {
    int ends[2];
    winsize size{24, columns, 0, 0};
    EXPECT_EQ(::openpty(&ends[0], &ends[1], nullptr, nullptr, &size), 0);
    outer = Fd{ends[0]};
    inner = Fd{ends[1]};
    ::fcntl(outer.get(), F_SETFL, O_NONBLOCK);
  }
  Fd outer, inner;
};

struct ScreenTest : testing::Test {
  ScreenTest() {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    ::signal(SIGPIPE, SIG_IGN);
  }
};

TEST_F(ScreenTest, writes_plain_lines_into_a_pipe) {
  const Pipe pipe = make_pipe(O_NONBLOCK).value();
  Screen screen(pipe.writing.get());
  screen.state("never shown");
  screen.line("one\n\x1b[31mtwo", Look::bad);
  screen.line("");
  EXPECT_EQ(all_of(pipe.reading), "one\ntwo\n\n");
}

TEST_F(ScreenTest, keeps_the_state_below_the_lines_of_a_terminal) {
  const Terminal terminal(80);
  Screen screen(terminal.inner.get());
  screen.line("first");
  screen.state("1 idle");
  screen.state("1 idle");
  screen.line("second", Look::good);
  const std::string state = "\x1b[7m1 idle\x1b[0m", erased = "\r\x1b[K";
  EXPECT_EQ(all_of(terminal.outer), "first\r\n" + state + erased + "\x1b[32msecond\x1b[0m\r\n" + state);
}

TEST_F(ScreenTest, cuts_the_state_on_a_terminal_of_20_columns) {
  const Terminal terminal(20);
  Screen screen(terminal.inner.get());
  screen.state("workers: 1 idle and much more");
  EXPECT_EQ(all_of(terminal.outer), "\x1b[7mworkers: 1 idle an…\x1b[0m");
}

TEST_F(ScreenTest, obeys_a_terminal_without_colours_or_cursor) {
  ::setenv("NO_COLOR", "1", 1);
  {
    const Terminal terminal(80);
    Screen screen(terminal.inner.get());
    screen.line("bad", Look::bad);
    screen.state("state");
    EXPECT_EQ(all_of(terminal.outer), "bad\r\nstate");
  }
  ::setenv("TERM", "dumb", 1);
  const Terminal terminal(80);
  Screen screen(terminal.inner.get());
  screen.state("state");
  screen.line("bad", Look::bad);
  EXPECT_EQ(all_of(terminal.outer), "bad\r\n");
}

TEST_F(ScreenTest, never_waits_for_a_reader_and_counts_what_it_drops) {
  Pipe pipe = make_pipe().value();
  ::fcntl(pipe.writing.get(), F_SETPIPE_SZ, 4096);
  Screen screen(pipe.writing.get());
  const std::size_t count = Screen::lines_max + 500;
  for (std::size_t i = 0; i < count; ++i) screen.line("line " + std::to_string(i));
  EXPECT_TRUE(screen.pending());
  ::fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK);
  std::string text;
  while (screen.pending()) {
    text += all_of(pipe.reading);
    screen.flush();
  }
  text += all_of(pipe.reading);
  EXPECT_TRUE(text.starts_with("line 0\nline 1\n"));
  EXPECT_NE(text.find("line " + std::to_string(count - 1) + "\n["), std::string::npos);
  EXPECT_TRUE(text.ends_with(" lines were not shown]\n"));
}

TEST_F(ScreenTest, knows_that_its_reader_has_gone) {
  Pipe pipe = make_pipe().value();
  Screen screen(pipe.writing.get());
  pipe.reading.reset();
  screen.line("to nobody");
  EXPECT_TRUE(screen.gone());
  EXPECT_FALSE(screen.pending());
  Terminal terminal(80);
  Screen on_terminal(terminal.inner.get());
  terminal.outer.reset();
  on_terminal.line("to nobody");
  EXPECT_TRUE(on_terminal.gone());
}

}  // namespace
}  // namespace pilotlight::dev
