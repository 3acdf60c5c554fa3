#include "worker_log/worker_output.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "base/testing/files.hpp"
#include "worker_log/line_format.hpp"

namespace pilotlight::worker_log {
namespace {

using testing::read_text;
using testing::TempFolder;

const LogOwner w1{*WorkerId::parse("w1"), *EndpointId::parse("e1")};
const Timestamp now = timestamp_from_ms(1);
const std::string head =
    "# Log of worker w1 of endpoint e1, from line 1. Each row: TIME NUMBER SOURCE TEXT\n";
const std::string at_1 = "1970-01-01T00:00:00.001Z ";

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

TEST(WorkerOutput, writes_each_line_with_its_time_and_number) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 1 << 20, {"hunter2"}, w1);
  output.remark("starts with hunter2\nin two lines", now);
  output.feed("first\n\nhun", timestamp_from_ms(5));
  output.feed("ter2\n", timestamp_from_ms(7));
  output.feed("last", timestamp_from_ms(6));
  output.remark("stops", timestamp_from_ms(3));
  output.finish();
  output.close("ended", timestamp_from_ms(9));
  EXPECT_EQ(read_text(path), head + at_1 + "1 system starts with ***\n" + at_1 +
                                 "2 system in two lines\n"
                                 "1970-01-01T00:00:00.005Z 3 container first\n"
                                 "1970-01-01T00:00:00.005Z 4 container \n"
                                 "1970-01-01T00:00:00.007Z 5 container ***\n"
                                 "1970-01-01T00:00:00.007Z 6 system stops\n"
                                 "1970-01-01T00:00:00.007Z 7 container last\n"
                                 "1970-01-01T00:00:00.009Z 8 system ended\n"
                                 "# End of the log\n")
      << "a clock that steps back moves no line";
  EXPECT_EQ(output.last_lines(), "first\n\n***\nlast") << "of the worker alone";
}

TEST(WorkerOutput, takes_marked_lines_for_its_own) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 1 << 20, {}, w1);
  ASSERT_EQ(output.mark().size(), 32U);
  output.feed(output.mark() + "a copy\nhello\n", now);
  EXPECT_EQ(read_text(path), head + at_1 + "1 system a copy\n" + at_1 + "2 container hello\n");
  EXPECT_EQ(output.last_lines(), "hello");
  EXPECT_NE(WorkerOutput(path, 1 << 20, {}, w1).mark(), output.mark());
}

TEST(WorkerOutput, writes_lines_without_secrets_across_reads) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 1 << 20, {"hunter2"}, w1);
  for (const char* piece : {"pass", "word=hun", "ter2\nnext ", "line\nno end hunter", "2"})
    output.feed(piece, now);
  const std::string first = head + at_1 + "1 container password=***\n" + at_1 + "2 container next line\n";
  EXPECT_EQ(read_text(path), first);
  output.finish();
  EXPECT_EQ(read_text(path), first + at_1 + "3 container no end ***\n");
  EXPECT_EQ(output.last_lines(), "password=***\nnext line\nno end ***");
}

TEST(WorkerOutput, cuts_over_long_lines_and_says_so) {
  TempFolder folder;
  WorkerOutput output(folder.path + "/w.log", 1 << 20, {}, w1);
  for (int i = 0; i < 10; ++i) output.feed(std::string(1000, 'a'), now);
  output.feed("\nshort\n", now);
  EXPECT_EQ(read_text(folder.path + "/w.log"), head + at_1 + "1 container " +
                                                   std::string(WorkerOutput::line_max, 'a') +
                                                   " [1808 bytes cut]\n" + at_1 + "2 container short\n");
}

TEST(WorkerOutput, never_uses_more_than_two_files_of_the_given_size) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 4096, {}, w1);
  for (int i = 1; i <= 2000; ++i) output.feed("this is line number " + std::to_string(i) + "\n", now);
  EXPECT_LE(std::filesystem::file_size(path), 4096u);
  EXPECT_LE(std::filesystem::file_size(path + ".1"), 4096u);
  EXPECT_TRUE(read_text(path).ends_with(" 2000 container this is line number 2000\n"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path), {}), 2);
  for (const std::string& file : {path, path + ".1"}) {
    const std::string text = read_text(file);
    const auto begins = parse_head(std::string_view(text).substr(0, text.find('\n')));
    ASSERT_TRUE(begins) << file;
    const std::string first = at_1 + std::to_string(begins->first) + " container this is line number " +
                              std::to_string(begins->first) + "\n";
    EXPECT_EQ(text.substr(text.find('\n') + 1, first.size()), first);
  }
}

TEST(WorkerOutput, tells_how_much_short_lines_become_in_the_file) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  WorkerOutput output(path, 1 << 20, {}, w1);
  const std::size_t written = output.feed(std::string(64 * 1024, '\n'), now);
  EXPECT_GT(written, 40U * 64 * 1024);
  EXPECT_LE(std::filesystem::file_size(path), 1U << 20) << "one piece fills several files";
  EXPECT_LE(std::filesystem::file_size(path + ".1"), 1U << 20);
  EXPECT_EQ(output.feed("no end", now), 0U);
}

TEST(LogFile, begins_a_row_of_its_own_after_a_write_that_failed) {
  TempFolder folder;
  const std::string path = folder.path + "/w.log";
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  LogFile file(path, 1 << 20, w1);
  const auto limit = [&before](std::size_t size) {
    const rlimit changed{size, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &changed);
  };
  limit(head.size() - 1);
  file.append("before\n", 1);
  limit(head.size() + 9);
  file.append("whole\n", 1);
  file.append("torn apart\n", 2);
  file.append("dropped\n", 3);
  limit(before.rlim_cur);
  file.append("on\n", 4);
  EXPECT_EQ(read_text(path), head + "whole\ntor\non\n");
}

TEST(LogFile, pruning_deletes_the_oldest_that_are_not_in_use) {
  TempFolder folder;
  for (int i = 0; i < 10; ++i) {
    const std::string path = folder.path + "/" + std::to_string(i);
    LogFile(path, 100, w1).append("x\n", 1);
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
