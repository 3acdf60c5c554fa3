#include "webhook/excerpt.hpp"

#include <gtest/gtest.h>

namespace pilotlight::webhook {
namespace {

TEST(Excerpt, is_one_printable_line) {
  EXPECT_EQ(excerpt("\r\n  <h1>\tNot   found</h1>\n\n", {}), "<h1> Not found</h1>");
  EXPECT_EQ(excerpt(std::string_view("a\0\x1b[31mb\x7f", 9), {}), "a [31mb");
  EXPECT_EQ(excerpt("Gr\xc3\xbc\xc3\x9f gott??", {}), "Gr? gott??");
  EXPECT_EQ(excerpt("", {}), "");
  EXPECT_EQ(excerpt("\n \n", {}), "");
}

TEST(Excerpt, is_bounded) {
  EXPECT_EQ(excerpt(std::string(4096, 'x'), {}), std::string(300, 'x'));
  EXPECT_EQ(excerpt(std::string(300, 'x'), {}).size(), 300U);
}

TEST(Excerpt, holds_no_secret) {
  EXPECT_EQ(excerpt("no /hook?token=hunter22 for hunter22", {"token=hunter22", "hunter22"}),
            "no /hook?*** for ***");
  EXPECT_EQ(excerpt(std::string(295, 'x') + "hunter22", {"hunter22"}), std::string(295, 'x') + "***");
}

TEST(Excerpt, holds_no_beginning_of_a_secret_that_was_cut_off) {
  EXPECT_EQ(excerpt("bad token hunter2", {"hunter22"}), "bad token ***");
  EXPECT_EQ(excerpt("hunt", {"hunter22"}), "***");
  EXPECT_EQ(excerpt("the hun", {"hunter22"}), "the hun");
}

}  // namespace
}  // namespace pilotlight::webhook
