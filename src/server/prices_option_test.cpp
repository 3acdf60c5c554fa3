#include <gtest/gtest.h>

#include "server/options.hpp"

namespace pilotlight::server {
namespace {

using catalog::Money;

/// Millionths of a dollar of a card of an H200.
std::int64_t h200_in(std::string_view text) {
  const auto prices = parse_prices(text);
  EXPECT_TRUE(prices) << text;
  return prices ? prices->of_card(*catalog::find_gpu_type("NVIDIA H200")).millionths : -1;
}

std::string refusal_of(std::string_view text) {
  const auto prices = parse_prices(text);
  return prices ? "accepted" : prices.error().message;
}

TEST(PricesOption, dollars_are_read_exactly) {
  EXPECT_EQ(h200_in("NVIDIA H200=3.99"), 3'990'000);
  EXPECT_EQ(h200_in("NVIDIA H200=4"), 4'000'000);
  EXPECT_EQ(h200_in("NVIDIA H200=0.000001"), 1);
  EXPECT_EQ(h200_in("NVIDIA H200=0"), 0);
  EXPECT_EQ(h200_in("NVIDIA H200=1000000"), 1'000'000'000'000);
  EXPECT_EQ(h200_in("NVIDIA H200=1000000.000000"), 1'000'000'000'000);
}

TEST(PricesOption, entries_are_separated_by_commas_and_space) {
  for (const char* none : {"", " ", "\n\t"}) EXPECT_EQ(h200_in(none), 0) << none;
  const auto prices = parse_prices("\n  NVIDIA H200 = 3.99 ,HOPPER_141=1,\r\n\tcpu3c=0.03,  \n").value();
  EXPECT_EQ(prices.of_card(*catalog::find_gpu_type("NVIDIA H200")), Money{3'990'000});
  EXPECT_EQ(prices.of_vcpu(*catalog::find_cpu_flavor("cpu3c")), Money{30'000});
  EXPECT_TRUE(prices.has("HOPPER_141"));
}

TEST(PricesOption, what_is_no_entry_is_refused) {
  EXPECT_EQ(
      refusal_of("runpod"),
      "option \"prices\": \"runpod\" is not ID=DOLLARS such as NVIDIA H200=3.99, with dollars from 0 to "
      "1000000 and at most 6 digits after the point");
  for (const char* entry : {"NVIDIA H200", "NVIDIA H200:3", "NVIDIA H200 3.99", "=",
                            "NVIDIA H200=", "NVIDIA H200==3", "NVIDIA H200=cpu3c=3"}) {
    EXPECT_TRUE(refusal_of(entry).starts_with("option \"prices\": \"" + std::string(entry) + "\" is not ID="))
        << refusal_of(entry);
    EXPECT_EQ(refusal_of(std::string("cpu3c=1,") + entry), refusal_of(entry));
  }
  for (const char* text : {",", ",cpu3c=1", "cpu3c=1,,cpu3g=1", "cpu3c=1, ,cpu3g=1"})
    EXPECT_TRUE(refusal_of(text).starts_with("option \"prices\": \"\" is not ID=DOLLARS")) << text;
}

TEST(PricesOption, dollars_out_of_bounds_or_in_other_forms_are_refused) {
  for (const char* number : {"-1",
                             "-0",
                             "+1",
                             "nan",
                             "NaN",
                             "inf",
                             "-inf",
                             "1e3",
                             "0x10",
                             "$3.99",
                             "3.99$",
                             "3.99 USD",
                             "3 99",
                             "3.9.9",
                             ".5",
                             "5.",
                             ".",
                             "3.9999999",
                             "1000000.000001",
                             "1000001",
                             "99999999999999999999999999",
                             "00000001",
                             "3.-9",
                             "3.9e1",
                             "\xd9\xa3",
                             "3'000",
                             "1/2",
                             "free"})
    EXPECT_NE(refusal_of(std::string("NVIDIA H200=") + number).find("is not ID=DOLLARS"), std::string::npos)
        << number;
}

TEST(PricesOption, ids_of_others_are_refused) {
  EXPECT_EQ(
      refusal_of("NVIDIA H999=3.99"),
      "option \"prices\": the catalog has no GPU type, pool or CPU flavor \"NVIDIA H999\"; it has ids such "
      "as NVIDIA H200, HOPPER_141 and cpu3c");
  for (const char* id : {"nvidia h200", "NVIDIA  A30", "H200 SXM", "hopper_141", "-NVIDIA H200", "cpu3c-2-4",
                         "EU-RO-1", "\"NVIDIA H200\"", ""})
    EXPECT_NE(refusal_of(std::string(id) + "=1").find("the catalog has no"), std::string::npos) << id;
}

TEST(PricesOption, an_id_that_is_named_twice_is_refused) {
  EXPECT_EQ(refusal_of("cpu3c=1,cpu3g=1,cpu3c=1"), "option \"prices\": \"cpu3c\" is named twice");
  EXPECT_EQ(refusal_of("NVIDIA H200=1, NVIDIA H200 =2"), "option \"prices\": \"NVIDIA H200\" is named twice");
  EXPECT_EQ(refusal_of("NVIDIA H200=1,HOPPER_141=2"), "accepted") << "a type and its pool";
}

}  // namespace
}  // namespace pilotlight::server
