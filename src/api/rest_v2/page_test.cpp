#include "api/rest_v2/page.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pilotlight::api::rest_v2 {
namespace {

/// The query of a page as a request has it.
Result<PageQuery> asked_for(std::string_view list, std::optional<int> limit, std::string_view cursor,
                            std::string_view place = {}) {
  JsonDocument query;
  if (limit) {
    query.add_name("limit");
    query.add(JsonKind::number, std::to_string(*limit));
  }
  if (!cursor.empty()) {
    query.add_name("cursor");
    query.add(JsonKind::text, cursor);
  }
  query.close();
  return page_query(list, query.root(), place);
}

class Pages : public ::testing::Test {
 protected:
  Page page(std::optional<int> limit, std::string_view cursor) {
    std::sort(items_.begin(), items_.end(), stands_before);
    const auto asked = asked_for("things", limit, cursor);
    EXPECT_TRUE(asked);
    return page_of(*asked, items_.size(), [this](std::size_t i) { return items_[i]; });
  }
  std::string ids(const Page& page) const {
    std::string all;
    for (std::size_t i = page.first; i < page.last; ++i) all += items_[i].id + " ";
    return all;
  }

  std::vector<Position> items_{{5, "a"}, {9, "b"}, {5, "c d"}, {-1, "e"}, {7, ""}};
};

TEST_F(Pages, without_a_limit_a_list_is_whole) {
  const Page all = page(std::nullopt, "");
  EXPECT_EQ(ids(all), "b  a c d e ");
  EXPECT_EQ(all.next, "");
}

TEST_F(Pages, follow_each_other_and_end) {
  std::string seen, cursor;
  for (int pages = 1;; ++pages) {
    const Page one = page(2, cursor);
    seen += ids(one) + "| ";
    cursor = one.next;
    if (cursor.empty()) break;
    ASSERT_LT(pages, 4);
  }
  EXPECT_EQ(seen, "b  | a c d | e | ");
  EXPECT_EQ(page(5, "").next, "") << "a full last page has no next one";
  EXPECT_EQ(ids(page(std::nullopt, page(3, "").next)), "c d e ");
}

TEST_F(Pages, neither_skip_nor_repeat_while_items_come_and_go) {
  const std::string next = page(3, "").next;
  items_.push_back({100, "new"});
  std::erase_if(items_, [](const Position& item) { return item.id == "a"; });
  EXPECT_EQ(ids(page(std::nullopt, next)), "c d e ");
}

TEST_F(Pages, refuse_the_cursor_of_another_list) {
  const std::string next = page(1, "").next;
  EXPECT_TRUE(asked_for("things", 1, next));
  for (const std::string& cursor : {next + "0", next.substr(1), std::string("zz"),
                                    std::string("7468696e6773"), std::string("7468696e67732078")})
    EXPECT_FALSE(asked_for("things", 1, cursor)) << cursor;
  EXPECT_FALSE(asked_for("thing", 1, next));
  EXPECT_FALSE(asked_for("others", 1, next));
}

TEST_F(Pages, tell_lists_of_one_name_apart_by_their_place) {
  const std::string next = page(1, "").next;
  EXPECT_FALSE(asked_for("things", 1, next, "here"));
  const auto here = asked_for("things", 1, {}, "here");
  const std::string cursor = page_of(*here, items_.size(), [this](std::size_t i) { return items_[i]; }).next;
  EXPECT_TRUE(asked_for("things", 1, cursor, "here"));
  for (const char* elsewhere : {"", "her", "here2", "there"})
    EXPECT_FALSE(asked_for("things", 1, cursor, elsewhere)) << elsewhere;
}

TEST_F(Pages, write_a_member_that_says_whether_more_follows) {
  JsonWriter json;
  add_pagination(json, {0, 0, {}});
  add_pagination(json, {0, 1, "ab"});
  EXPECT_EQ(
      json.done(),
      R"({"pagination":{"hasNextPage":false,"nextCursor":null},"pagination":{"hasNextPage":true,"nextCursor":"ab"}})");
}

}  // namespace
}  // namespace pilotlight::api::rest_v2
