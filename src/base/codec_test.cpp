#include "base/codec.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace pilotlight {
namespace {

enum class Colour : std::uint8_t { red = 1, green = 2 };

struct Inner {
  std::int64_t number = 0;
  std::optional<std::string> text;

  friend bool operator==(const Inner&, const Inner&) = default;
};

struct Outer {
  Colour colour = Colour::red;
  bool flag = false;
  std::vector<Inner> inners;
  std::variant<std::string, Inner> choice;
  Timestamp when{};
  Id<struct ThingTag> id;

  friend bool operator==(const Outer&, const Outer&) = default;
};

Outer sample() {
  return {Colour::green,
          true,
          {{1, "a"}, {2, std::nullopt}},
          Inner{3, "c"},
          timestamp_from_ms(1234),
          *Id<struct ThingTag>::parse("abc123")};
}

TEST(Codec, gives_back_what_was_put_in) {
  EXPECT_EQ(decode<Outer>(encode(sample())), sample());
}

TEST(Codec, refuses_every_shortened_input) {
  const std::string bytes = encode(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode<Outer>(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_FALSE(decode<Outer>(bytes + "x"));
}

TEST(Codec, survives_random_bytes) {
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random.below(60), '\0');
    for (char& c : bytes) c = static_cast<char>(random.next());
    (void)decode<Outer>(bytes);
  }
}

TEST(Codec, refuses_an_id_that_is_not_well_formed) {
  EXPECT_FALSE((decode<Id<struct ThingTag>>(encode(std::string("UPPER")))));
  EXPECT_TRUE((decode<Id<struct ThingTag>>(encode(std::string("")))->empty()));
}

struct First {
  static constexpr std::uint8_t wire = 7;
  std::int64_t number = 0;
};
struct Second {
  static constexpr std::uint8_t wire = 0;
};

TEST(Codec, a_number_of_its_own_stands_for_an_alternative) {
  using OneOrder = std::variant<First, Second>;
  using OtherOrder = std::variant<Second, First>;
  const std::string first = encode(OneOrder(First{5}));
  EXPECT_EQ(first, "\x07" + encode(std::int64_t{5}));
  EXPECT_EQ(encode(OneOrder(Second{})), std::string(1, '\0'));
  EXPECT_EQ(std::get<First>(decode<OtherOrder>(first).value()).number, 5);
  EXPECT_FALSE(decode<OneOrder>("\x01"));
}

struct Derived : std::variant<First, Second> {
  using variant::variant;
};

TEST(Codec, a_class_that_derives_from_a_variant_has_its_bytes) {
  const std::string bytes = encode(Derived(First{5}));
  EXPECT_EQ(bytes, encode(std::variant<First, Second>(First{5})));
  EXPECT_EQ(std::get<First>(decode<Derived>(bytes).value()).number, 5);
}

TEST(Hash, crc32c_of_the_standard_check_texts) {
  for (const auto sum : {crc32c, crc32c_by_table}) {
    EXPECT_EQ(sum("123456789", 0), 0xE3069283u);
    EXPECT_EQ(sum(std::string(32, '\0'), 0), 0x8A9136AAu);
    EXPECT_EQ(sum(std::string(32, '\xff'), 0), 0x62A8AB43u);
  }
}

TEST(Hash, crc32c_goes_on_from_any_place) {
  std::string text(1000, '\0');
  Random random(11);
  for (char& c : text) c = static_cast<char>(random.next());
  const std::uint32_t whole = crc32c(text);
  for (std::size_t cut = 0; cut <= text.size(); cut += 37) {
    const std::string_view front = std::string_view(text).substr(0, cut),
                           rest = std::string_view(text).substr(cut);
    EXPECT_EQ(crc32c(rest, crc32c_by_table(front)), whole) << cut;
    EXPECT_EQ(crc32c_by_table(rest, crc32c(front)), whole) << cut;
  }
}

TEST(Hash, differs_for_different_lengths_of_zeros) {
  EXPECT_NE(stable_hash(std::string(7, '\0')), stable_hash(std::string(8, '\0')));
}

TEST(Time, prints_iso8601_with_milliseconds) {
  EXPECT_EQ(to_iso8601(timestamp_from_ms(1720811680144)), "2024-07-12T19:14:40.144Z");
}

}  // namespace
}  // namespace pilotlight
