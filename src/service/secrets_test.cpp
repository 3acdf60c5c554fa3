#include "service/secrets.hpp"

#include <gtest/gtest.h>

namespace pilotlight::service {
namespace {

TEST(WorkerTokens, prove_one_worker) {
  const WorkerTokens tokens("secret"), others("another secret");
  const WorkerId one = WorkerId::parse("abcdefghij0123").value();
  const WorkerId other = WorkerId::parse("abcdefghij0124").value();
  EXPECT_TRUE(tokens.accepts(tokens.token(one), one));
  EXPECT_FALSE(tokens.accepts(tokens.token(other), one));
  EXPECT_FALSE(tokens.accepts(others.token(one), one));
  EXPECT_FALSE(tokens.accepts("", one));
  EXPECT_FALSE(tokens.accepts(tokens.token(one).substr(1), one));
  EXPECT_EQ(tokens.token(one), "5b0461386a56a9d2a78aa3f95a375187")
      << "HMAC-SHA256, which workers of another version have too";
}

TEST(Secrets, hashes_are_sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(random_hex(16), random_hex(16));
  EXPECT_EQ(random_hex(16).size(), 32U);
}

}  // namespace
}  // namespace pilotlight::service
