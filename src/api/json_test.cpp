#include "api/json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>

#include "base/random.hpp"

namespace pilotlight::api {
namespace {

std::map<std::string, std::string> fields(const std::string& text) {
  std::map<std::string, std::string> all;
  EXPECT_TRUE(for_each_field(make_body(text), [&](std::string_view name, std::string_view raw) {
    all[std::string(name)] = raw;
  })) << text;
  return all;
}

std::optional<std::string> problem(std::string text) {
  return json_problem(make_body(std::move(text)));
}

/// The text in an array so large that the quick parser is asked about it.
std::string among_much(const std::string& text) {
  return "[\"" + std::string(5000, 'x') + "\"," + text + "]";
}

TEST(Json, the_text_of_a_string_is_found) {
  EXPECT_EQ(json_text(R"("a \"b\" \u20ac\n")"), "a \"b\" \xe2\x82\xac\n");
  for (const char* other : {"1", "null", "{}", "", "\"open", "\"a\" b"})
    EXPECT_EQ(json_text(other), std::nullopt);
}

TEST(Json, strings_are_escaped_as_json_wants_it) {
  EXPECT_EQ(json_string("a\"b\\c\n\x01é"), "\"a\\\"b\\\\c\\n\\u0001é\"");
  EXPECT_FALSE(problem(json_string(std::string("\0\x1f", 2))));
}

TEST(Json, a_string_of_bytes_that_are_no_utf8_is_json_all_the_same) {
  EXPECT_EQ(json_string("caf\xe9 \xc3\xa9\xf0\x9f\x98"),
            "\"caf\xef\xbf\xbd é\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_FALSE(problem(json_string("\xed\xa0\x80\xc0\xaf\xff")));
}

TEST(Json, a_value_with_numbers_beyond_all_bounds_is_json_all_the_same) {
  EXPECT_EQ(json_of(boost::json::parse(R"({"a":[1e999,-1e999,0e999,1.5],"b":"Infinity"})")),
            R"({"a":[null,null,null,1.5E0],"b":"Infinity"})");
}

TEST(Json, accepts_values_and_refuses_what_is_not_strict_json) {
  for (const char* good :
       {"{}", "[]", "1", "\"x\"", "null", " {\"a\": [1, 2.5e3, true]} ", "1208925819614629174706176"})
    EXPECT_FALSE(problem(good)) << good;
  for (const char* bad : {"", "{", "{\"a\":tru}", "{\"a\":1 2}", "[1,]", "{\"a\" 1}", "\"\\q\"", "NaN",
                          "{} {}", "'x'", "\"\xff\""})
    EXPECT_TRUE(problem(bad)) << bad;
}

TEST(Json, ten_thousand_braces_are_refused_with_a_reason) {
  EXPECT_EQ(problem(std::string(10'000, '[')), "nested more than 1000 levels deep");
  EXPECT_FALSE(problem(std::string(900, '[') + std::string(900, ']')));
}

TEST(Json, a_large_text_is_judged_as_a_small_one) {
  for (const char* text :
       {"1208925819614629174706176", "1e999", "-0", "01", "1.", "\"\\ud800\"", "\"\xff\"", "\"\x01\"", "tru",
        "{\"a\":1,}", "{\"a\":1,\"a\":2}", "", "\xef\xbb\xbf", "[1]]", "\"", "nul", "\"\\u00\""})
    EXPECT_EQ(problem(among_much(text)).has_value(), problem("[0," + std::string(text) + "]").has_value())
        << text;
  for (const std::size_t depth : {900, 985, 995, 998, 999, 1000, 1001, 1100}) {
    const std::string nested = std::string(depth, '[') + std::string(depth, ']');
    EXPECT_EQ(problem(among_much(nested)), problem("[0," + nested + "]")) << depth;
  }
}

TEST(Json, mutated_large_texts_are_judged_as_small_ones) {
  Random random(9);
  const std::string good = R"({"a":[1,-2.5e3,{"b":"c\u00e9\ud83d\ude00"}],"t":true,"n":null})";
  constexpr std::string_view letters = "\"\\[]{},:0e-.tu\x80 ";
  for (int round = 0; round < 20000; ++round) {
    std::string text = good;
    for (int i = 0; i < 2; ++i) text[random.below(text.size())] = letters[random.below(letters.size())];
    EXPECT_EQ(problem(among_much(text)).has_value(), problem("[0," + text + "]").has_value()) << text;
  }
}

TEST(Json, gives_the_raw_text_of_top_level_fields) {
  const auto all =
      fields(R"({"input": {"a": [1, {"b": "}"}]} , "webhook":"http://x","n": -1.5 ,"input2":null})");
  EXPECT_EQ(all.at("input"), R"({"a": [1, {"b": "}"}]})");
  EXPECT_EQ(all.at("webhook"), R"("http://x")");
  EXPECT_EQ(all.at("n"), "-1.5");
  EXPECT_EQ(all.at("input2"), "null");
}

TEST(Json, pythons_numbers_become_null_outside_strings_only) {
  std::size_t replaced = 0;
  const Body given = make_body(R"({"a":NaN,"b":[-Infinity,Infinity],"c":"NaN \" Infinity"})");
  const Body body = made_strict(given, Writer::worker, replaced);
  EXPECT_EQ(*body, R"({"a":null,"b":[null,null],"c":"NaN \" Infinity"})");
  EXPECT_EQ(replaced, 3U);
  EXPECT_EQ(made_strict(given, Writer::client, replaced), given) << "only a worker may send them";
}

TEST(Json, halves_of_surrogate_pairs_are_replaced_and_pairs_are_not) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("\ud83d")", R"("\ufffd")"},
      {R"("\uD83D\uDE00 \ud83d\ude00")", R"("\uD83D\uDE00 \ud83d\ude00")"},
      {R"("\ude00\ud83d")", R"("\ufffd\ufffd")"},
      {R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
      {R"("\\ud83d")", R"("\\ud83d")"},
      {R"("\ud83d\n\"NaN")", R"("\ufffd\n\"NaN")"},
      {R"({"\udfff":1,"\uDABC\u0041":2})", R"({"\ufffd":1,"\ufffd\u0041":2})"},
  };
  for (const auto& [given, wanted] : cases) {
    for (const std::string& text : {std::string(given), among_much(given)}) {
      const auto strict = strict_json(make_body(text), Writer::client);
      ASSERT_TRUE(strict) << given << ": " << strict.error().message;
      EXPECT_EQ(*strict->text, text == given ? wanted : among_much(wanted));
      EXPECT_EQ(strict->replaced == 0, std::string_view(given) == wanted) << given;
    }
  }
  for (const char* torn : {R"("\ud8)", R"("\ud83d\)", R"("\)", R"("\ud83d\u)"}) {
    std::size_t replaced = 0;
    (void)made_strict(make_body(torn), Writer::client, replaced);
    EXPECT_FALSE(strict_json(make_body(torn), Writer::client)) << torn;
  }
}

TEST(Json, a_byte_order_mark_is_dropped_at_the_beginning_only) {
  const std::string mark = "\xef\xbb\xbf";
  for (const std::string& text : {std::string(R"({"a":"b"})"), among_much("1")}) {
    const auto strict = strict_json(make_body(mark + text), Writer::client);
    ASSERT_TRUE(strict) << strict.error().message;
    EXPECT_EQ(*strict->text, text);
  }
  EXPECT_EQ(*strict_json(make_body(mark + R"("\ud83d)" + mark + "\""), Writer::worker)->text,
            R"("\ufffd)" + mark + "\"");
  for (const std::string& text :
       {mark, mark + mark + "{}", "{}" + mark, std::string("\xef\xbb{}"), std::string("\xfe\xff{}")})
    EXPECT_FALSE(strict_json(make_body(text), Writer::client)) << text;
}

TEST(Json, surrogates_in_utf8_are_refused) {
  for (const char* text : {"\"\xed\xa0\xbd\"", "\"\xed\xa0\xbd\xed\xb8\x80\"", "\"\xed\xa0\xbd\\ud83d\""})
    EXPECT_FALSE(strict_json(make_body(text), Writer::client)) << text;
}

TEST(Json, a_strict_body_is_not_copied) {
  const Body given = make_body(R"({"input":"\ud83d\ude00 NaN"})");
  EXPECT_EQ(strict_json(given, Writer::worker)->text, given);
}

TEST(Json, mutated_bodies_do_no_harm) {
  Random random(4);
  const std::string good = R"({"input":{"a":[1,2,{"b":"c\u00e9"}]},"policy":{"ttl":1}})";
  for (int round = 0; round < 20000; ++round) {
    std::string text = good;
    for (int i = 0; i < 3; ++i) text[random.below(text.size())] = static_cast<char>(random.next());
    if (!problem(text)) {
      (void)for_each_field(make_body(text), [](std::string_view, std::string_view raw) {
        EXPECT_FALSE(problem(std::string(raw))) << raw;
      });
    }
  }
}

}  // namespace
}  // namespace pilotlight::api
