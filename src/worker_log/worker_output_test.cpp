#include "worker_log/worker_output.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/files.hpp"

namespace pilotlight::worker_log {
namespace {

using testing::read_text;
using testing::TempFolder;

const Timestamp now = timestamp_from_ms(1);

TEST(Printable, keeps_text_and_replaces_what_is_not) {
  EXPECT_EQ(printable("a\tb\nünïcödé \U0001F600"), "a\tb\nünïcödé \U0001F600");
  EXPECT_EQ(printable("\x1b[31mred\x1b[0m\r\n"), "red\n");
  EXPECT_EQ(printable("bad \xff\xc0\xaf \xed\xa0\x80 end\xe2\x82"), "bad ??? ??? end??");
  EXPECT_EQ(printable(std::string("nul\0x", 5)), "nulx");
}

TEST(LastLines, keeps_the_newest_within_both_bounds) {
  LastLines lines;
  for (int i = 0; i < 100; ++i) lines.add("line " + std::to_string(i), timestamp_from_ms(i));
  EXPECT_TRUE(lines.text().starts_with("line 80\n"));
  EXPECT_TRUE(lines.text().ends_with("\nline 99"));
  lines.add(std::string(5000, 'x'), timestamp_from_ms(100));
  EXPECT_EQ(lines.text(), std::string(LastLines::text_bytes_max - 1, 'x'));
}

TEST(LastLines, keeps_more_lines_with_their_times) {
  LastLines lines;
  for (int i = 0; i < 300; ++i) lines.add("\x1b[31m" + std::to_string(i), timestamp_from_ms(i));
  EXPECT_EQ(lines.lines().size(), LastLines::lines_max);
  EXPECT_EQ(lines.lines().front(), (OutputLine{timestamp_from_ms(100), "100"}));
  EXPECT_EQ(lines.lines().back(), (OutputLine{timestamp_from_ms(299), "299"}));
  for (int i = 0; i < 40; ++i) lines.add(std::string(1000, 'x'), timestamp_from_ms(300));
  EXPECT_EQ(lines.lines().size(), 32U) << "of a thousand bytes each";
}

TEST(LastLines, numbers_all_lines_also_those_that_are_gone) {
  LastLines lines;
  EXPECT_EQ(lines.newest(), 0U);
  EXPECT_TRUE(lines.after(0).empty());
  for (int i = 1; i <= 300; ++i) lines.add("\x1b[31m" + std::to_string(i), timestamp_from_ms(i));
  EXPECT_EQ(lines.newest(), 300U);
  EXPECT_EQ(lines.after(0).size(), LastLines::lines_max);
  EXPECT_EQ(lines.after(0).front(), (Line{101, timestamp_from_ms(101), "101"}));
  EXPECT_EQ(lines.after(100), lines.after(0));
  EXPECT_EQ(lines.after(298),
            (std::vector<Line>{{299, timestamp_from_ms(299), "299"}, {300, timestamp_from_ms(300), "300"}}));
  EXPECT_TRUE(lines.after(300).empty());
  EXPECT_TRUE(lines.after(301).empty()) << "which was not written yet";
}

TEST(WorkerOutput, numbers_each_line_and_has_the_time_of_its_end) {
  TempFolder folder;
  WorkerOutput output(folder.path + "/w.log", 1 << 20, {"hunter2"});
  output.remark("not of the worker");
  output.feed("first\n\nhun", timestamp_from_ms(5));
  output.feed("ter2\n" + std::string(WorkerOutput::line_max + 9, 'a'), timestamp_from_ms(7));
  output.feed("\nlast", timestamp_from_ms(6));
  EXPECT_EQ(output.newest(), 4U);
  output.finish();
  const std::vector<Line> lines = output.after(0);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], (Line{1, timestamp_from_ms(5), "first"}));
  EXPECT_EQ(lines[1], (Line{2, timestamp_from_ms(5), ""}));
  EXPECT_EQ(lines[2], (Line{3, timestamp_from_ms(7), "***"}));
  EXPECT_TRUE(lines[3].number == 4 && lines[3].text.ends_with("[9 bytes cut]"));
  EXPECT_EQ(lines[4], (Line{5, timestamp_from_ms(7), "last"})) << "a clock that steps back moves no line";
  EXPECT_EQ(output.after(4), std::vector{lines[4]});
}

TEST(WorkerOutput, numbers_go_on_when_the_log_file_is_begun_anew) {
  TempFolder folder;
  WorkerOutput output(folder.path + "/w.log", 4096, {});
  std::uint64_t seen = 0;
  for (int i = 1; i <= 2000; ++i) {
    output.feed("this is line number " + std::to_string(i) + "\n", now);
    for (const Line& line : output.after(seen)) {
      EXPECT_EQ(line.number, seen + 1);
      EXPECT_EQ(line.text, "this is line number " + std::to_string(line.number));
      seen = line.number;
    }
  }
  EXPECT_EQ(seen, 2000U);
  EXPECT_TRUE(std::filesystem::exists(folder.path + "/w.log.1"));
}

TEST(WorkerOutput, writes_lines_without_secrets_across_reads) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 1 << 20, {"hunter2"});
  output.remark("started with hunter2");
  for (const char* piece : {"pass", "word=hun", "ter2\nnext ", "line\nno end hunter", "2"})
    output.feed(piece, now);
  EXPECT_EQ(read_text(path), "pilotlight: started with ***\npassword=***\nnext line\n");
  output.finish();
  EXPECT_EQ(read_text(path), "pilotlight: started with ***\npassword=***\nnext line\nno end ***\n");
  EXPECT_EQ(output.last_lines(), "password=***\nnext line\nno end ***");
}

TEST(WorkerOutput, cuts_over_long_lines_and_says_so) {
  TempFolder folder;
  WorkerOutput output(folder.path + "/w.log", 1 << 20, {});
  for (int i = 0; i < 10; ++i) output.feed(std::string(1000, 'a'), now);
  output.feed("\nshort\n", now);
  const std::string cut = std::string(WorkerOutput::line_max, 'a') + " [1808 bytes cut]\nshort\n";
  EXPECT_EQ(read_text(folder.path + "/w.log"), cut);
}

TEST(WorkerOutput, never_uses_more_than_two_files_of_the_given_size) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 4096, {});
  for (int i = 0; i < 2000; ++i) output.feed("this is line number " + std::to_string(i) + "\n", now);
  EXPECT_LE(std::filesystem::file_size(path), 4096u);
  EXPECT_LE(std::filesystem::file_size(path + ".1"), 4096u);
  EXPECT_TRUE(read_text(path).ends_with("number 1999\n"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path), {}), 2);
}

TEST(LogFile, pruning_deletes_the_oldest_that_are_not_in_use) {
  TempFolder folder;
  for (int i = 0; i < 10; ++i) {
    const std::string path = folder.path + "/" + std::to_string(i);
    LogFile(path, 100).append("x\n");
    std::filesystem::last_write_time(path, std::filesystem::file_time_type{} + std::chrono::hours(i));
  }
  prune_folder(folder.path, 3, [](std::string_view name) { return name == "0"; });
  std::string left;
  for (int i = 0; i < 10; ++i)
    if (std::filesystem::exists(folder.path + "/" + std::to_string(i))) left += std::to_string(i);
  EXPECT_EQ(left, "0789");
}

}  // namespace
}  // namespace pilotlight::worker_log
