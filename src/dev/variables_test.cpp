#include "dev/variables.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pilotlight::dev {
namespace {

struct VariablesTest : testing::Test {
  ~VariablesTest() override { std::filesystem::remove(path); }
  void write(const std::string& text) const { std::ofstream(path) << text; }
  Variables read(const std::vector<std::string>& texts = {}) const {
    return read_variables({path}, texts).value();
  }
  std::string refused(const std::vector<std::string>& texts = {}) const {
    return read_variables({path}, texts).error().message;
  }

  const std::string path = "/tmp/pilotlight-variables-" + std::to_string(::getpid());
};

TEST_F(VariablesTest, are_read_from_files_and_then_from_texts) {
  ::setenv("PILOTLIGHT_TEST_OWN", "mine", 1);
  write(
      "\xef\xbb\xbf# a comment\nA=1\r\n  B = kept as it "
      "is\n\nEMPTY=\nPILOTLIGHT_TEST_OWN\nNOT_SET_ANYWHERE\n");
  const std::string name = "B ";
  EXPECT_NE(refused().find("line 3: \"B \" is not the name"), std::string::npos);
  write("\xef\xbb\xbf# a comment\nA=1\r\n  B=a=b c\n\nEMPTY=\nPILOTLIGHT_TEST_OWN\nNOT_SET_ANYWHERE\n");
  const Variables all = read({"A=2", "C="});
  EXPECT_EQ(value_of(all, "A"), "2");
  EXPECT_EQ(value_of(all, "B"), "a=b c");
  EXPECT_EQ(value_of(all, "PILOTLIGHT_TEST_OWN"), "mine");
  EXPECT_EQ(all.size(), 5U) << "EMPTY and C are there, NOT_SET_ANYWHERE is not";
}

TEST_F(VariablesTest, that_are_none_are_refused_with_their_place) {
  EXPECT_NE(refused().find("cannot be read"), std::string::npos);
  write("A=1\n1B=2\n");
  EXPECT_NE(refused().find("line 2: \"1B\" is not the name"), std::string::npos);
  write("");
  EXPECT_NE(refused({"A"}).find("--env A: write NAME=value"), std::string::npos);
  EXPECT_NE(refused({"=x"}).find("\"\" is not the name"), std::string::npos);
  EXPECT_NE(refused({"A-B=x"}).find("\"A-B\" is not the name"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::dev
