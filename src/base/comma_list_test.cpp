#include "base/comma_list.hpp"

#include <gtest/gtest.h>

namespace pilotlight {
namespace {

using Parts = std::vector<std::string_view>;

TEST(CommaList, parts_are_what_was_joined) {
  EXPECT_EQ(comma_parts(""), Parts{});
  for (const Parts& parts :
       {Parts{"a"}, Parts{"a", "b c", "d"}, Parts{"", "a"}, Parts{"a", ""}, Parts{"", ""}})
    EXPECT_EQ(comma_parts(comma_joined(parts)), parts) << comma_joined(parts);
  EXPECT_EQ(comma_joined(Parts{}), "");
  EXPECT_EQ(comma_joined(Parts{""}), "") << "a list of one empty text is an empty list";
}

TEST(CommaList, entries_have_no_blanks_around_them) {
  using Entries = std::vector<std::string>;
  EXPECT_EQ(comma_entries(" a b ,,\tc\r\n, "), (Entries{"a b", "c"}));
  for (const char* none : {"", " ", ",", " , "}) EXPECT_EQ(comma_entries(none), Entries{}) << none;
}

}  // namespace
}  // namespace pilotlight
