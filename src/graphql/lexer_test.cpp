#include "graphql/lexer.hpp"

#include <gtest/gtest.h>

#include "graphql/parser.hpp"
#include "graphql/place_test.hpp"

namespace pilotlight::graphql {
namespace {

std::vector<Token> tokens_of(std::string_view source) {
  Lexer lexer(source);
  std::vector<Token> all;
  do all.push_back(lexer.next());
  while (all.back().kind != TokenKind::end && all.back().kind != TokenKind::error);
  return all;
}

Token first_token(std::string_view source) {
  return tokens_of(source).front();
}

TEST(Lexer, every_punctuator_and_kind_is_cut_with_its_place) {
  const auto all = tokens_of("! $ & ( ) ... : = @ [ ] { | } name_1 12 -1.5e+3 \"s\" \"\"\"b\"\"\"");
  std::string texts;
  for (const Token& token : all) texts += token.text + ' ';
  EXPECT_EQ(texts, "! $ & ( ) ... : = @ [ ] { | } name_1 12 -1.5e+3 s b <EOF> ");
  EXPECT_EQ(all[14].kind, TokenKind::name);
  EXPECT_EQ(all[15].kind, TokenKind::integer);
  EXPECT_EQ(all[16].kind, TokenKind::floating);
  EXPECT_EQ(all[17].kind, TokenKind::string);
  EXPECT_EQ(all[18].kind, TokenKind::block_string);
  EXPECT_EQ(shown(all[0].location), "1:1");
  EXPECT_EQ(shown(all[5].location), "1:11");
  EXPECT_EQ(shown(all[19].location), "1:60");
}

TEST(Lexer, what_is_ignored_counts_for_places_only) {
  const auto all = tokens_of("\xEF\xBB\xBF , # comment { } \"\n a\r\n b\r c");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(shown(all[0].location), "2:2");
  EXPECT_EQ(shown(all[1].location), "3:2");
  EXPECT_EQ(shown(all[2].location), "4:2");
}

TEST(Lexer, columns_count_utf16_units) {
  EXPECT_EQ(shown(tokens_of("\"\xC3\xA9\" a").at(1).location), "1:5");
  EXPECT_EQ(shown(tokens_of("\"\xF0\x9F\x98\x80\" a").at(1).location), "1:6");
}

TEST(Lexer, strings_mean_what_their_escapes_say) {
  const std::pair<const char*, std::string> cases[] = {
      {R"("")", ""},
      {R"("a \" \\ \/ b")", "a \" \\ / b"},
      {R"("\b\f\n\r\t")", "\b\f\n\r\t"},
      {R"("\u0041\u00e9\u20AC")", "A\xC3\xA9\xE2\x82\xAC"},
      {R"("\uD83D\uDE00")", "\xF0\x9F\x98\x80"},
      {R"("\u{1F600}\u{41}\u{00000041}")",
       "\xF0\x9F\x98\x80"
       "AA"},
      {R"("\u0000")", std::string(1, '\0')},
      {"\"\xF0\x9F\x98\x80 # , {\"", "\xF0\x9F\x98\x80 # , {"},
  };
  for (const auto& [source, content] : cases) {
    const Token token = first_token(source);
    EXPECT_EQ(token.kind, TokenKind::string) << source;
    EXPECT_EQ(token.text, content) << source;
  }
}

TEST(Lexer, block_strings_lose_their_common_indentation) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"abc", "abc"},
      {"  abc  ", "  abc  "},
      {"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  ",
       "Hello,\n  World!\n\nYours,\n  GraphQL."},
      {"first\n    a\n      b", "first\na\n  b"},
      {"    first\n  a\n    b", "    first\na\n  b"},
      {"\n\n\ta\n\t\tb\n \n", "a\n\tb"},
      {"\n   \n \t \n", ""},
      {"\r\n  a\r\n  b\r  c\n  d", "a\nb\nc\nd"},
      {"a\n \n      \n  b", "a\n\n    \nb"},
      {"\n  a\n b", " a\nb"},
  };
  for (const auto& [raw, content] : cases) EXPECT_EQ(dedented(raw), content) << raw;
}

TEST(Lexer, block_strings_know_one_escape) {
  EXPECT_EQ(first_token(R"("""a \""" \n \u0041 " "" b""")").text, R"(a """ \n \u0041 " "" b)");
}

struct NoToken {
  const char* source;
  const char* reason;
  const char* place;
};

TEST(Lexer, what_is_no_token_is_refused_with_its_place) {
  const NoToken failures[] = {
      {"?", "Unexpected character: \"?\".", "1:1"},
      {"..", "Unexpected character: \".\".", "1:1"},
      {"\n\n   \xC3\xA9", "Unexpected character: U+00E9.", "3:4"},
      {"\xF0\x9F\x98\x80", "Unexpected character: U+1F600.", "1:1"},
      {"\x07", "Unexpected character: U+0007.", "1:1"},
      {"'a'", "Unexpected single quote character ('), did you mean to use a double quote (\")?", "1:1"},
      {"00", "Invalid number, unexpected digit after 0: \"0\".", "1:2"},
      {"01", "Invalid number, unexpected digit after 0: \"1\".", "1:2"},
      {"-", "Invalid number, expected digit but got: <EOF>.", "1:2"},
      {"-A", "Invalid number, expected digit but got: \"A\".", "1:2"},
      {"1.", "Invalid number, expected digit but got: <EOF>.", "1:3"},
      {"1.e1", "Invalid number, expected digit but got: \"e\".", "1:3"},
      {"1e", "Invalid number, expected digit but got: <EOF>.", "1:3"},
      {"1.5.5", "Invalid number, expected digit but got: \".\".", "1:4"},
      {"0xF", "Invalid number, expected digit but got: \"x\".", "1:2"},
      {"123abc", "Invalid number, expected digit but got: \"a\".", "1:4"},
      {"1_000", "Invalid number, expected digit but got: \"_\".", "1:2"},
      {"\"", "Unterminated string.", "1:2"},
      {"\"no end", "Unterminated string.", "1:8"},
      {"\"two\nlines\"", "Unterminated string.", "1:5"},
      {"\"\"\"no end\"\"", "Unterminated string.", "1:12"},
      {"\"\\z\"", "Invalid character escape sequence: \"\\z\".", "1:2"},
      {"\"\\", "Invalid character escape sequence: \"\\\".", "1:2"},
      {"\"\\u{}\"", "Invalid Unicode escape sequence: \"\\u{}\".", "1:2"},
      {"\"\\uXYZW\"", "Invalid Unicode escape sequence: \"\\uXYZW\".", "1:2"},
      {"\"\\uD800\"", "Invalid Unicode escape sequence: \"\\uD800\".", "1:2"},
      {"\"\\uDC00\"", "Invalid Unicode escape sequence: \"\\uDC00\".", "1:2"},
      {"\"\\uD83D\\u0041\"", "Invalid Unicode escape sequence: \"\\uD83D\".", "1:2"},
  };
  for (const NoToken& failure : failures) {
    const Token token = tokens_of(failure.source).back();
    ASSERT_EQ(token.kind, TokenKind::error) << failure.source;
    EXPECT_EQ(token.text, failure.reason) << failure.source;
    EXPECT_EQ(shown(token.location), failure.place) << failure.source;
  }
}

TEST(Lexer, bytes_that_are_no_characters_are_refused) {
  for (const char* bytes :
       {"{ \xFF }", "{ \xC0\xAF }", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\""}) {
    const auto parsed = parse(bytes);
    ASSERT_TRUE(std::holds_alternative<SyntaxError>(parsed)) << bytes;
    EXPECT_EQ(std::get<SyntaxError>(parsed).message, "Syntax Error: Document is not valid UTF-8.");
  }
}

}  // namespace
}  // namespace pilotlight::graphql
