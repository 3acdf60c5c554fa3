#include "api/numbers.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

TEST(JsonWhole, is_the_same_number_however_it_is_written) {
  for (const char* raw : {"600000", "600000.0", "6e5", "6E+5", "0.6e6", "60000000e-2", "600000.000e0"})
    EXPECT_EQ(json_whole(raw), 600'000) << raw;
  for (const char* raw : {"0", "-0", "-0.0", "0e0", "0.00e-2147483648", "0e2147483647"})
    EXPECT_EQ(json_whole(raw), 0) << raw;
  EXPECT_EQ(json_whole("-12.50e1"), -125);
}

TEST(JsonWhole, is_exact_at_any_length) {
  EXPECT_EQ(json_whole("9007199254740993.0"), 9'007'199'254'740'993);
  EXPECT_EQ(json_whole("9223372036854775807.0"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(json_whole("-922337203685477580.8e1"), std::numeric_limits<std::int64_t>::min());
  const std::string zeros(100'000, '0');
  EXPECT_EQ(json_whole("7" + zeros + "e-100000"), 7);
  EXPECT_EQ(json_whole("0." + zeros + "7e100001"), 7);
}

TEST(JsonWhole, refuses_fractions_large_numbers_and_other_values) {
  for (const char* raw :
       {"1.5", "15e-1", "1e-400", "1e400", "1e19", "9223372036854775808.0", "1e99999999999", "", "-", ".",
        "e5", "1e", "\"1\"", "true", "null", "[1]", "{\"a\":1e5}", "0x10", "1.2.3"})
    EXPECT_EQ(json_whole(raw), std::nullopt) << raw;
}

TEST(JsonNumbers, are_compared_exactly) {
  const char* ascending[] = {"-1e400",
                             "-12.5",
                             "-1",
                             "-1e-400",
                             "0",
                             "1e-400",
                             "0.49999999999999999999",
                             "0.5",
                             "10",
                             "1.0000000000000000001e1",
                             "4096",
                             "4096.0000000000000001",
                             "1e400",
                             "1.1e2000000000"};
  for (std::size_t i = 0; i < std::size(ascending); ++i)
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      const int compared = compare_json_numbers(ascending[i], ascending[j]);
      EXPECT_EQ(compared < 0, i < j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(compared > 0, i > j) << ascending[i] << " " << ascending[j];
    }
  EXPECT_EQ(compare_json_numbers("4096.0", "4.096e3"), 0);
  EXPECT_EQ(compare_json_numbers("-0.0", "0e5"), 0);
}

TEST(JsonNumbers, have_one_key_however_they_are_written) {
  EXPECT_EQ(json_number_key("20.0"), json_number_key("2e1"));
  EXPECT_EQ(json_number_key("-0"), json_number_key("0e7"));
  EXPECT_NE(json_number_key("-2"), json_number_key("2"));
  EXPECT_NE(json_number_key("2"), json_number_key("20"));
}

TEST(JsonNumbers, are_whole_without_a_fraction_at_any_size) {
  for (const char* raw :
       {"0", "-0.0", "6e5", "600000.0", "1e400", "10000000000000000000000", "15e-1e", "0e-7"})
    EXPECT_EQ(is_json_whole(raw), std::string_view(raw) != "15e-1e") << raw;
  for (const char* raw : {"0.5", "1e-400", "15e-1", "4096.0000000000000001", "x"})
    EXPECT_FALSE(is_json_whole(raw)) << raw;
}

}  // namespace
}  // namespace pilotlight::api
