#include "dev/printable.hpp"

#include <gtest/gtest.h>

namespace pilotlight::dev {
namespace {

TEST(Printable, text_stays_as_it_is) {
  EXPECT_EQ(printable("plain\ttext, wörter, 火, 🙂"), "plain\ttext, wörter, 火, 🙂");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, colours_cursor_moves_and_titles_go) {
  EXPECT_EQ(printable("\x1b[31mred\x1b[0m"), "red");
  EXPECT_EQ(printable("a\x1b[2J\x1b[1;1Hb"), "ab");
  EXPECT_EQ(printable("\x1b]0;title\ax\x1b]0;title\x1b\\y"), "xy");
  EXPECT_EQ(printable("\x1b"
                      "7x\x1b"),
            "x");
  EXPECT_EQ(printable("\x1b[31"), "");
  EXPECT_EQ(printable("\x1b]never ends"), "");
}

TEST(Printable, control_characters_go) {
  EXPECT_EQ(printable("a\bb\ac\x7f"), "abc");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "31mb\xc2\xa0"),
            "a31mb\xc2\xa0");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "ab");
}

TEST(Printable, a_line_written_over_itself_keeps_its_last_state) {
  EXPECT_EQ(printable("10%\r50%\r100%"), "100%");
  EXPECT_EQ(printable("windows\r"), "windows");
}

TEST(Printable, is_shortened_by_characters) {
  EXPECT_EQ(shortened("worker", 6), "worker");
  EXPECT_EQ(shortened("workers", 6), "worke…");
  EXPECT_EQ(shortened("wörter über", 6), "wörte…");
  EXPECT_EQ(shortened("ab", 1), "…");
  EXPECT_EQ(shortened("ab", 0), "");
}

}  // namespace
}  // namespace pilotlight::dev
