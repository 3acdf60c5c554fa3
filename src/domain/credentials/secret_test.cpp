#include "domain/credentials/secret.hpp"

#include <gtest/gtest.h>

namespace pilotlight {
namespace {

TEST(SecretName, has_letters_digits_and_a_few_signs) {
  for (const char* good : {"a", "_", "HF_TOKEN", "hf-token", "a.b/c-d_9", "A1"})
    EXPECT_TRUE(is_secret_name(good)) << good;
  for (const char* bad : {"", " ", "1a", "-a", "a b", "a\n", "a}}", "{{a", "a\t", "\xc3\xa9", "a:b", "."})
    EXPECT_FALSE(is_secret_name(bad)) << bad;
  EXPECT_FALSE(is_secret_name(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_secret_name(std::string(191, 'a')));
  EXPECT_FALSE(is_secret_name(std::string(192, 'a')));
}

}  // namespace
}  // namespace pilotlight
