#include "worker_log/log_reader.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/random.hpp"
#include "base/testing/files.hpp"
#include "worker_log/line_format.hpp"
#include "worker_log/worker_output.hpp"

namespace pilotlight::worker_log {
namespace {

namespace fs = std::filesystem;
using testing::write_text;

/// A log in a folder of its own; numbers and texts of what readers get are told as "1:a 2:b".
struct LogReaderTest : ::testing::Test {
  static Timestamp ms(std::int64_t time) { return timestamp_from_ms(time); }
  WorkerOutput output(std::uint64_t size_max = 1 << 20) const { return {path, size_max, {"hunter2"}, owner}; }
  LogReader reader(Wanted wanted = {}, Start start = {}) const { return {path, wanted, start}; }

  static std::string told(const std::vector<Line>& lines) {
    std::string all;
    for (const Line& line : lines)
      all += (all.empty() ? "" : " ") + std::to_string(line.number) + ":" + line.text;
    return all;
  }
  /// The pages up to the first that ends with nothing more to read.
  static std::string rest_of(LogReader& reader) {
    std::vector<Line> all;
    for (;;) {
      auto page = reader.next();
      if (!page) return page.error().message;
      for (Line& line : page->lines) all.push_back(std::move(line));
      if (!page->more) return told(all);
    }
  }
  std::string read(Wanted wanted = {}, Start start = {}) const {
    LogReader one = reader(wanted, start);
    return rest_of(one);
  }

  testing::TempFolder folder;
  std::string path = folder.path + "/w1.log";
  LogOwner owner{*WorkerId::parse("w1"), *EndpointId::parse("e1")};
};

TEST_F(LogReaderTest, follows_a_log_from_before_its_first_line_to_its_end) {
  LogReader follower = reader();
  EXPECT_EQ(rest_of(follower), "") << "there is no file";
  WorkerOutput log = output();
  log.remark("process 7", ms(5));
  log.feed("one\ntw", ms(6));
  auto page = follower.next().value();
  EXPECT_EQ(page.lines, (std::vector<Line>{{1, ms(5), Source::system, "process 7"},
                                           {2, ms(6), Source::container, "one"}}));
  EXPECT_FALSE(page.complete);
  EXPECT_EQ(rest_of(follower), "");
  log.feed("o\nthree", ms(7));
  EXPECT_EQ(rest_of(follower), "3:two");
  log.finish();
  log.close("ended", ms(8));
  page = follower.next().value();
  EXPECT_EQ(told(page.lines), "4:three 5:ended");
  EXPECT_TRUE(page.complete);
  page = follower.next().value();
  EXPECT_TRUE(page.complete && page.lines.empty() && page.lost == 0);
}

TEST_F(LogReaderTest, begins_where_it_is_told_to) {
  WorkerOutput log = output();
  log.remark("ours", ms(10));
  for (int n = 2; n <= 5; ++n) log.feed(std::string(1, static_cast<char>('a' + n)) + "\n", ms(10 * n));
  log.remark("ours", ms(60));
  EXPECT_EQ(read(), "1:ours 2:c 3:d 4:e 5:f 6:ours");
  EXPECT_EQ(read({}, {.tail = 2}), "5:f 6:ours");
  EXPECT_EQ(read({}, {.tail = 0}), "");
  EXPECT_EQ(read({}, {.tail = 5'000}), read());
  EXPECT_EQ(read({.source = Source::container}, {.tail = 2}), "4:e 5:f");
  EXPECT_EQ(read({.source = Source::system}, {.tail = 2}), "1:ours 6:ours");
  EXPECT_EQ(read({.source = Source::system}), "1:ours 6:ours");
  EXPECT_EQ(read({.since = ms(40)}), "4:e 5:f 6:ours");
  EXPECT_EQ(read({.since = ms(41)}), "5:f 6:ours");
  EXPECT_EQ(read({.since = ms(100)}), "");
  EXPECT_EQ(read({}, {.after = 4}), "5:f 6:ours");
  EXPECT_EQ(read({}, {.after = 0}), read());
  EXPECT_EQ(read({}, {.after = 6}), "");
  EXPECT_EQ(read({}, {.after = 600}), "");
}

TEST_F(LogReaderTest, a_tail_of_nothing_gives_only_what_comes) {
  WorkerOutput log = output();
  log.feed("old\n", ms(1));
  LogReader newest = reader({}, {.tail = 0});
  EXPECT_EQ(rest_of(newest), "");
  log.feed("new\n", ms(2));
  EXPECT_EQ(rest_of(newest), "2:new");
}

TEST_F(LogReaderTest, misses_no_line_while_files_change_places) {
  WorkerOutput log = output(4'096);
  LogReader follower = reader();
  Random random(3);
  std::uint64_t seen = 0, unread = 0;  // as many unread lines as one file holds are kept
  for (int n = 1; n <= 3'000; ++n) {
    log.feed("this is line number " + std::to_string(n) + "\n", ms(n));
    if (++unread < random.below(40)) continue;
    unread = 0;
    for (bool more = true; more;) {
      const LogReader::Page page = follower.next().value();
      EXPECT_EQ(page.lost, 0U);
      for (const Line& line : page.lines) {
        EXPECT_EQ(line.number, ++seen);
        EXPECT_EQ(line.text, "this is line number " + std::to_string(seen));
      }
      more = page.more;
    }
  }
  EXPECT_GT(seen, 2'800U);
  EXPECT_TRUE(fs::exists(path + ".1"));
}

TEST_F(LogReaderTest, tells_what_it_has_lost) {
  WorkerOutput log = output(4'096);
  log.feed("line\n", ms(1));
  LogReader slow = reader(), fresh = reader({}, {.after = 0});
  EXPECT_EQ(rest_of(slow), "1:line");
  for (int n = 2; n <= 1'000; ++n) log.feed("line\n", ms(n));
  for (LogReader* late : {&slow, &fresh}) {
    const std::uint64_t had = late == &slow ? 1 : 0;
    const LogReader::Page page = late->next().value();
    ASSERT_FALSE(page.lines.empty());
    EXPECT_EQ(page.lost, page.lines.front().number - had - 1);
    EXPECT_GT(page.lost, 500U);
    EXPECT_EQ(page.lines.back().number, 1'000U);
  }
  LogReader whole = reader();
  EXPECT_EQ(whole.next().value().lost, 0U) << "a reader that wants what there is has lost nothing";
}

TEST_F(LogReaderTest, a_page_is_bounded_and_the_rest_follows) {
  WorkerOutput log = output();
  for (int n = 1; n <= 100; ++n) log.feed(std::string(5'000, 'x') + "\n" + std::string(20, '\n'), ms(n));
  LogReader all = reader();
  std::size_t lines = 0;
  for (bool more = true; more;) {
    const LogReader::Page page = all.next().value();
    std::size_t bytes = 0;
    for (const Line& line : page.lines) bytes += line.text.size() + 128;
    EXPECT_LE(bytes, LogReader::page_bytes + 5'128);
    lines += page.lines.size();
    more = page.more;
  }
  EXPECT_EQ(lines, 2'100U);
  LogReader none = reader({.source = Source::system});
  EXPECT_EQ(rest_of(none), "");
}

TEST_F(LogReaderTest, gives_what_a_terminal_or_json_cannot_take_as_text) {
  WorkerOutput log = output();
  log.feed(std::string("\x1b[31mred\x1b[0m\r \0\xff\n", 17), ms(1));
  EXPECT_EQ(read(), "1:red ?");
}

TEST_F(LogReaderTest, reads_files_of_a_version_without_times_as_they_are) {
  write_text(path + ".1", "pilotlight: process 4: x\n2026-01-01T00:00:00.000Z 77 system forged\n");
  write_text(path, "last\nno end");
  fs::last_write_time(path, fs::file_time_type::clock::from_sys(std::chrono::sys_seconds(seconds(1'000))));
  LogReader old = reader();
  const LogReader::Page page = old.next().value();
  EXPECT_EQ(told(page.lines),
            "1:pilotlight: process 4: x 2:2026-01-01T00:00:00.000Z 77 system forged 3:last");
  for (const Line& line : page.lines) EXPECT_EQ(line.source, Source::container);
  EXPECT_EQ(page.lines.back().at, ms(1'000'000));
  write_text(path, "last\nno end, but now\n");
  EXPECT_EQ(rest_of(old), "4:no end, but now");
  EXPECT_EQ(read({}, {.tail = 1}), "4:no end, but now");
  EXPECT_EQ(read({}, {.after = 2}), "3:last 4:no end, but now");
  EXPECT_EQ(log_owner(path).value(), LogOwner{});
}

TEST_F(LogReaderTest, leaves_out_rows_that_are_none_of_its_own) {
  const std::string rows = head_row({owner, 1}) + "1970-01-01T00:00:00.001Z 1 container a\n\ntorn 1970\n" +
                           std::string(200'000, 'x') + "\n1970-01-01T00:00:00.001Z 2 container b\n";
  write_text(path, rows);
  EXPECT_EQ(read(), "1:a 2:b");
}

TEST_F(LogReaderTest, waits_for_a_file_that_is_being_begun) {
  LogReader early = reader();
  const std::string rows = head_row({owner, 1}) + "1970-01-01T00:00:00.001Z 1 container a\n";
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, rows.size() - 1}) {
    write_text(path, rows.substr(0, size));
    EXPECT_EQ(rest_of(early), "") << size;
  }
  write_text(path, rows);
  EXPECT_EQ(rest_of(early), "1:a");
}

TEST_F(LogReaderTest, says_that_a_log_cannot_be_read) {
  fs::create_directory(path);
  EXPECT_EQ(read(), "cannot read the worker's log " + path + ": it is not a file");
  EXPECT_FALSE(log_owner(path));
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read(), "cannot read the worker's log " + path + ": it is not a file") << "nobody writes into it";
  fs::remove(path);
  fs::create_symlink("/etc/passwd", path);
  EXPECT_TRUE(read().starts_with("cannot read the worker's log " + path)) << read();
}

TEST_F(LogReaderTest, knows_the_worker_of_a_log) {
  EXPECT_EQ(log_owner(path).value(), std::nullopt);
  WorkerOutput log = output(4'096);
  for (int n = 1; n <= 300; ++n) log.feed("line\n", ms(n));
  EXPECT_EQ(log_owner(path).value(), owner);
  fs::remove(path);
  EXPECT_EQ(log_owner(path).value(), owner) << "by the older file, between the two";
}

TEST_F(LogReaderTest, any_bytes_are_safe) {
  Random random(11);
  const std::string words[] = {head_row({owner, 1}),
                               "1970-01-01T00:00:00.001Z 1 container a\n",
                               "\n",
                               "# ",
                               std::string(end_mark) + "\n",
                               "x",
                               std::string(1, '\0'),
                               " 2 system "};
  for (int round = 0; round < 300; ++round) {
    for (const std::string& file : {path, path + ".1"}) {
      std::string text;
      for (std::uint64_t left = random.below(12); left > 0; --left) text += words[random.below(8)];
      write_text(file, text);
    }
    (void)read({}, {.tail = random.below(4)});
    (void)read({}, {.after = random.below(4)});
  }
}

}  // namespace
}  // namespace pilotlight::worker_log
