#include "api/rest_v2/shapes.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api::rest_v2 {
namespace {

TEST(Shapes, of_cuda_versions_and_gpu_types) {
  for (const char* text : {"12.8", "1.0", "0012.345"}) EXPECT_TRUE(cuda_version.fits(text)) << text;
  for (const char* text : {"", "12", "12.", ".8", "12.8\n", " 12.8", "12.8.1", "a.b", "\u0661.\u0662"})
    EXPECT_FALSE(cuda_version.fits(text)) << text;
  for (const char* text : {"12", "12.8", "0"}) EXPECT_TRUE(cuda_minimum.fits(text)) << text;
  for (const char* text : {"", "12.", ".8", "12.8.1", "12\n", "v12"})
    EXPECT_FALSE(cuda_minimum.fits(text)) << text;
  EXPECT_TRUE(cuda_version_or_empty.fits(""));
  EXPECT_FALSE(cuda_version_or_empty.fits("\n"));
  for (const char* text : {"NVIDIA A40", " \t\u00a0x", "x-", "\n_"}) EXPECT_TRUE(gpu_type.fits(text)) << text;
  for (const char* text : {"", " ", "-A", " \u3000-A", "\n"}) EXPECT_FALSE(gpu_type.fits(text)) << text;
}

TEST(Shapes, of_country_codes) {
  EXPECT_TRUE(country_code.fits("US"));
  for (const char* text : {"", "U", "us", "USA", "U1", "US\n"}) EXPECT_FALSE(country_code.fits(text)) << text;
}

TEST(Shapes, of_public_keys) {
  for (const char* text : {"ssh-rsa A", "ssh-ed25519 AAAA me@example.com", "sk-x A ",
                           "ecdsa-sha2-nistp256 A\tb c", "ssh-a b \u00a0"})
    EXPECT_TRUE(ssh_key.fits(text)) << text;
  for (const char* text : {"", "ssh-rsa", "ssh-rsa ", "rsa A", "ssh- A", "ssh-rsa  A", "ssh-rsa A\n",
                           "ssh-rsa A b\nssh-rsa C", " ssh-rsa A", "ssh-rsa\tA", "ssh-rsa A\r"})
    EXPECT_FALSE(ssh_key.fits(text)) << text;
}

}  // namespace
}  // namespace pilotlight::api::rest_v2
