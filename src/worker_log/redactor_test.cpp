#include "worker_log/redactor.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace pilotlight::worker_log {
namespace {

std::string in_pieces(const Redactor& prototype, std::string_view text, Random& random) {
  Redactor redactor = prototype;
  std::string out;
  while (!text.empty()) {
    const std::size_t size = 1 + random.below(std::min<std::size_t>(text.size(), 5));
    redactor.feed(text.substr(0, size), out);
    text.remove_prefix(size);
  }
  redactor.finish(out);
  return out;
}

TEST(Redactor, replaces_a_secret_split_at_every_place) {
  const std::string text = "token=s3cr3t-value!\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Redactor redactor({"s3cr3t-value"});
    std::string out;
    redactor.feed(std::string_view(text).substr(0, cut), out);
    redactor.feed(std::string_view(text).substr(cut), out);
    redactor.finish(out);
    EXPECT_EQ(out, "token=***!\n") << cut;
  }
}

TEST(Redactor, takes_the_longest_secret_that_fits) {
  Redactor redactor({"abc", "abcdef"});
  EXPECT_EQ(redactor.clean("abcdef abcde abc"), "*** ***de ***");
}

TEST(Redactor, holds_nothing_back_but_a_possible_beginning) {
  Redactor redactor({"secret"});
  std::string out;
  redactor.feed("a line without it\nsec", out);
  EXPECT_EQ(out, "a line without it\n");
  redactor.feed("ond", out);
  EXPECT_EQ(out, "a line without it\nsecond");
}

TEST(Redactor, gives_the_rest_at_the_end) {
  Redactor redactor({"secret"});
  std::string out;
  redactor.feed("secre", out);
  EXPECT_EQ(out, "");
  redactor.finish(out);
  EXPECT_EQ(out, "secre");
}

TEST(Redactor, finds_a_secret_with_line_breaks) {
  EXPECT_EQ(Redactor({"BEGIN\nKEY\nEND"}).clean("x BEGIN\nKEY\nEND y"), "x *** y");
}

TEST(Redactor, without_secrets_changes_nothing) {
  EXPECT_EQ(Redactor({"", ""}).clean("anything"), "anything");
}

TEST(Redactor, pieces_give_the_same_as_the_whole) {
  Random random(7);
  const Redactor redactor({"aab", "ab", "bbbb", "abab"});
  for (int round = 0; round < 3000; ++round) {
    std::string text(random.below(40), '\0');
    for (char& c : text) c = "abc"[random.below(3)];
    const std::string whole = redactor.clean(text);
    EXPECT_EQ(in_pieces(redactor, text, random), whole) << text;
    for (const char* secret : {"aab", "bbbb", "abab"})
      EXPECT_EQ(whole.find(secret), std::string::npos) << text << " -> " << whole;
  }
}

}  // namespace
}  // namespace pilotlight::worker_log
