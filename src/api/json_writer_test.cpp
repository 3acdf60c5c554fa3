#include "api/json_writer.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

TEST(JsonWriter, members_stand_in_the_order_of_their_calls) {
  JsonWriter json;
  json.text("a", "x\"\n").number("b", -7).flag("c", true).null("d").raw("e", "[1]");
  EXPECT_EQ(json.done(), R"({"a":"x\"\n","b":-7,"c":true,"d":null,"e":[1]})");
}

TEST(JsonWriter, objects_and_lists_nest) {
  JsonWriter json;
  json.open("a").number("b", 1).open("c").close().close().list("d").element("1").text_element("x");
  json.open().list("e").end().close().open().close().end().number("f", 2);
  EXPECT_EQ(json.done(), R"({"a":{"b":1,"c":{}},"d":[1,"x",{"e":[]},{}],"f":2})");
}

TEST(JsonWriter, an_object_may_be_left_open_and_gone_on_with) {
  JsonWriter json;
  json.number("a", 1).value_follows("b");
  EXPECT_EQ(json.unclosed(), R"({"a":1,"b":)");
  JsonWriter more(",");
  more.number("c", 2);
  EXPECT_EQ(more.unclosed(), R"(,"c":2)");
}

TEST(JsonWriter, members_of_another_object_are_taken_over) {
  JsonWriter json;
  json.members("").members(R"("a":1,"b":2)").members("").number("c", 3);
  EXPECT_EQ(json.done(), R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(JsonWriter().members("").done(), "{}");
}

}  // namespace
}  // namespace pilotlight::api
