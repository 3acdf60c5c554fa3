#include "webhook/signature.hpp"

#include <gtest/gtest.h>

namespace pilotlight::webhook {
namespace {

// The key of the specification's libraries, whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, and what they sign with
// it.
constexpr std::string_view secret =
    "\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0";

std::string sign(std::string_view key, std::string_view id, std::int64_t timestamp, std::string_view body) {
  Signature signature(key, id, timestamp);
  signature.add(body);
  return signature.finish();
}

TEST(Signature, is_the_one_that_the_specification_s_libraries_make) {
  EXPECT_EQ(sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(sign(secret, "msg_1", 0, ""), "v1,ij2G0S51rXTp+PMwqJOjeWFLEpktT32X6cQ9P08rbws=");
}

TEST(Signature, is_the_same_however_the_body_is_cut) {
  Signature signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330);
  for (const std::string_view piece : {"{\"te", "", "st\": 24322", "32314}"}) signature.add(piece);
  EXPECT_EQ(signature.finish(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, differs_by_key_id_time_and_body) {
  const std::string one = sign(secret, "a", 1, "x");
  EXPECT_NE(one, sign("", "a", 1, "x"));
  EXPECT_NE(one, sign(secret, "b", 1, "x"));
  EXPECT_NE(one, sign(secret, "a", 2, "x"));
  EXPECT_NE(one, sign(secret, "a", 1, "y"));
}

TEST(Base64, is_padded_to_four_characters) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64(std::string_view("\0\xff\x7f", 3)), "AP9/");
}

}  // namespace
}  // namespace pilotlight::webhook
