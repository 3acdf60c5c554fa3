#include "dev/output_tails.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pilotlight::dev {
namespace {

namespace fs = std::filesystem;

struct OutputTailsTest : testing::Test {
  OutputTailsTest() {
    char name[] = "/tmp/pilotlight-tails-XXXXXX";
    root = ::mkdtemp(name);
  }
  ~OutputTailsTest() override { fs::remove_all(root); }

  void append(const std::string& worker, const std::string& text) const {
    std::ofstream(root / (worker + ".log"), std::ios::app) << text;
  }
  /// The beginning of a row.
  static std::string row(const std::string& source = "container") {
    return "2026-01-01T00:00:00.000Z 7 " + source + " ";
  }
  static std::string told(OutputTails& tails) {
    std::string all;
    for (const OutputSeen& line : tails.read())
      all += line.worker + ":" + line.text +
             (line.skipped > 0 ? "(" + std::to_string(line.skipped) + ")" : "") + ";";
    return all;
  }

  fs::path root;
};

TEST_F(OutputTailsTest, tell_each_line_once_when_it_is_complete) {
  append("old", row() + "before\n");
  OutputTails tails(root);
  EXPECT_EQ(told(tails), "");
  append("old", row() + "after\n");
  append("new", row() + "one\n" + row() + "tw");
  const std::string both = told(tails);
  EXPECT_NE(both.find("old:after;"), std::string::npos);
  EXPECT_NE(both.find("new:one;"), std::string::npos);
  append("new", "o\n" + row() + "\n");
  EXPECT_EQ(told(tails), "new:two;new:;");
  EXPECT_EQ(told(tails), "");
}

TEST_F(OutputTailsTest, go_on_in_the_next_file_when_one_is_full) {
  OutputTails tails(root);
  append("w", row() + "one\n");
  EXPECT_EQ(told(tails), "w:one;");
  append("w", row() + "two\n");
  fs::rename(root / "w.log", root / "w.log.1");
  append("w", row() + "three\n");
  EXPECT_EQ(told(tails), "w:two;w:three;");
}

TEST_F(OutputTailsTest, skip_what_is_too_much_and_say_so) {
  OutputTails tails(root);
  const std::string much = row() + "begin\n" + row() + std::string(2 * OutputTails::bytes_max, 'x') + "\n";
  append("w", much + row() + "end\n" + row() + "more\n");
  const std::vector<OutputSeen> lines = tails.read();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].skipped, much.size()) << "also what is left of the row that was cut";
  EXPECT_EQ(lines[0].text, "end");
  EXPECT_EQ(lines[1].skipped, 0U);
}

TEST_F(OutputTailsTest, tell_lines_of_the_server_from_those_of_the_worker) {
  OutputTails tails(root);
  append("w", "# Log of worker w\n" + row("system") + "process 7\n" + row() + "# mine\n# End of the log\n");
  EXPECT_EQ(told(tails), "w:pilotlight: process 7;w:# mine;");
}

TEST_F(OutputTailsTest, of_a_folder_that_is_not_there_tell_nothing) {
  OutputTails tails(root / "workers");
  EXPECT_EQ(told(tails), "");
}

}  // namespace
}  // namespace pilotlight::dev
