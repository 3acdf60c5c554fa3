#include "api/rest_v2/ssh_keys.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api::rest_v2 {
namespace {

TEST(SshKeys, are_the_lines_with_characters) {
  EXPECT_EQ(ssh_keys_view(""), R"({"keys":[]})");
  EXPECT_EQ(ssh_keys_view("ssh-rsa A\r\n\n  \nssh-rsa B \"c\"\n"),
            R"({"keys":["ssh-rsa A","ssh-rsa B \"c\""]})");
}

}  // namespace
}  // namespace pilotlight::api::rest_v2
