#include "api/json_document.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

JsonDocument document_of(std::string text) {
  auto document = JsonDocument::read(make_body(std::move(text)));
  EXPECT_TRUE(document) << document.error().message;
  return document ? std::move(*document) : JsonDocument();
}

TEST(JsonDocument, keeps_order_and_the_digits_of_numbers) {
  const JsonDocument document = document_of(R"({"b":[1.50,{"x":null}],"a":"\u00e4\n","c":true,"big":1e400})");
  const auto members = document.root().members();
  ASSERT_EQ(members.size(), 4U);
  EXPECT_EQ(members[0].first, "b");
  const auto elements = members[0].second.elements();
  ASSERT_EQ(elements.size(), 2U);
  EXPECT_EQ(elements[0].text(), "1.50");
  EXPECT_EQ(elements[1].member("x")->kind(), JsonKind::null);
  EXPECT_EQ(members[1].second.text(), "\u00e4\n");
  EXPECT_TRUE(members[2].second.is_true());
  EXPECT_EQ(members[3].second.text(), "1e400");
  EXPECT_FALSE(document.root().member("x"));
}

TEST(JsonDocument, shows_the_last_of_equal_names) {
  const JsonDocument document = document_of(R"({"a":1,"b":2,"a":{"c":3},"b":4,"d":5})");
  std::string seen;
  for (const auto& [name, value] : document.root().members())
    seen += std::string(name) + "=" + std::string(value.text()) + " ";
  EXPECT_EQ(seen, "a= b=4 d=5 ");
  EXPECT_EQ(document.root().member("a")->member("c")->text(), "3");
}

TEST(JsonDocument, mends_what_every_door_mends) {
  EXPECT_EQ(document_of("\xef\xbb\xbf\"\\ud83d\"").root().text(), "\xef\xbf\xbd");
  for (const char* bad : {"{", "{\"a\":NaN}", "[1,]", "\xff", "{} {}", ""})
    EXPECT_FALSE(JsonDocument::read(make_body(bad))) << bad;
}

TEST(JsonDocument, takes_hostile_depth_and_size) {
  const JsonDocument deep = document_of(std::string(1000, '[') + std::string(1000, ']'));
  EXPECT_EQ(deep.root().elements().size(), 1U);
  EXPECT_FALSE(JsonDocument::read(make_body(std::string(1001, '[') + std::string(1001, ']'))));
  std::string wide = "[0";
  for (int i = 0; i < 500'000; ++i) wide += ",{}";
  EXPECT_EQ(document_of(wide + "]").root().elements().size(), 500'001U);
  std::string equal = "{\"a\":0";
  for (int i = 0; i < 200'000; ++i) equal += ",\"a\":1";
  EXPECT_EQ(document_of(equal + "}").root().members().size(), 1U);
}

TEST(JsonDocument, can_be_put_together) {
  JsonDocument document;
  document.add_name("list");
  document.open_list();
  document.add(JsonKind::number, "1");
  document.add(JsonKind::text, "b");
  document.close();
  document.add_name("last");
  document.add(JsonKind::flag, "true");
  document.close();
  EXPECT_EQ(document.root().member("list")->elements().size(), 2U);
  EXPECT_TRUE(document.root().member("last")->is_true());
  EXPECT_TRUE(JsonDocument().root().members().empty());
}

}  // namespace
}  // namespace pilotlight::api
