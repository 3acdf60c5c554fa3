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

}  // namespace
}  // namespace pilotlight::api
