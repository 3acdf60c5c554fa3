#include "net/gunzip.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "net/testing/gzip.hpp"

namespace pilotlight::net {
namespace {

using testing::gzip;

struct Unpacked {
  Gunzip::State state;
  std::string text;
};

Unpacked unpacked(const std::string& packed, ByteCount limit = 10'000'000) {
  Gunzip gunzip(packed, limit);
  Unpacked result{gunzip.step(), {}};
  while (result.state == Gunzip::State::more) result.state = gunzip.step();
  result.text = std::move(gunzip.text());
  return result;
}

std::string noise(std::size_t size) {
  Random random(7);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random.next());
  return text;
}

TEST(Gunzip, unpacks_one_or_more_members) {
  for (const std::string& text : {std::string("a"), std::string(1'000'000, 'x'), noise(400'000)}) {
    const Unpacked once = unpacked(gzip(text)), twice = unpacked(gzip(text) + gzip("") + gzip(text));
    EXPECT_EQ(once.state, Gunzip::State::done);
    EXPECT_TRUE(once.text == text && twice.text == text + text);
    EXPECT_EQ(twice.state, Gunzip::State::done);
  }
  EXPECT_EQ(unpacked(gzip("")).state, Gunzip::State::done);
}

TEST(Gunzip, stops_at_the_limit) {
  const std::string text(1'000'000, 'x');
  EXPECT_EQ(unpacked(gzip(text), text.size()).state, Gunzip::State::done);
  const Unpacked over = unpacked(gzip(text), text.size() - 1);
  EXPECT_EQ(over.state, Gunzip::State::over_limit);
  EXPECT_EQ(over.text.size(), text.size());
  const Unpacked bomb = unpacked(gzip(std::string(5'000'000, 'x')), 1'000);
  EXPECT_EQ(bomb.state, Gunzip::State::over_limit);
  EXPECT_LE(bomb.text.capacity(), 10'000U);
  EXPECT_EQ(unpacked(gzip("x"), 0).state, Gunzip::State::over_limit);
}

TEST(Gunzip, refuses_what_is_cut_off_damaged_or_followed_by_something) {
  const std::string packed = gzip("a text of some length, " + noise(100));
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_EQ(unpacked(packed.substr(0, size)).state, Gunzip::State::damaged) << size;
  for (std::size_t i = packed.size() - 8; i < packed.size(); ++i) {
    std::string wrong = packed;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    EXPECT_EQ(unpacked(wrong).state, Gunzip::State::damaged) << "checksum or size, byte " << i;
  }
  for (const char* other : {"x", "\x1f", "{}", "more than a header could be"})
    EXPECT_EQ(unpacked(packed + other).state, Gunzip::State::damaged) << other;
  EXPECT_EQ(unpacked(R"({"input":1})").state, Gunzip::State::damaged);
  EXPECT_EQ(unpacked("\x78\x9c\x4b\x04\x00\x00\x62\x00\x62").state, Gunzip::State::damaged)
      << "zlib's format";
}

TEST(Gunzip, works_through_very_many_empty_members_in_small_steps) {
  std::string packed;
  const std::string empty = gzip("");
  for (int i = 0; i < 50'000; ++i) packed += empty;
  Gunzip gunzip(packed, 10);
  int steps = 1;
  while (gunzip.step() == Gunzip::State::more) ++steps;
  EXPECT_GE(steps, 5);
  EXPECT_EQ(gunzip.text(), "");
}

}  // namespace
}  // namespace pilotlight::net
