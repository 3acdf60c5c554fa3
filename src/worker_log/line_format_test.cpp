#include "worker_log/line_format.hpp"

#include <gtest/gtest.h>

namespace pilotlight::worker_log {
namespace {

const WorkerId some_worker = *WorkerId::parse("0k3vq2xw7u1abc");
const EndpointId some_endpoint = *EndpointId::parse("i02xupws21hp6i");

TEST(LineFormat, reads_the_rows_that_it_writes) {
  for (const Source source : {Source::container, Source::system})
    for (const std::string text :
         {"", " ", "ready", "2026-01-01T00:00:00.000Z 7 system x", "\x1b[0m\t\xff"}) {
      std::string row;
      append_row(row, to_iso8601(timestamp_from_ms(1'767'225'600'123)), 42, source, text);
      ASSERT_TRUE(row.ends_with('\n'));
      row.pop_back();
      const auto read = parse_row(row);
      ASSERT_TRUE(read) << row;
      EXPECT_EQ(read->number, 42U);
      EXPECT_EQ(read->at, timestamp_from_ms(1'767'225'600'123));
      EXPECT_EQ(read->source, source);
      EXPECT_EQ(read->text, text);
    }
}

TEST(LineFormat, reads_the_heads_that_it_writes) {
  for (const LogHead& head :
       {LogHead{{some_worker, some_endpoint}, 1}, LogHead{{some_worker, {}}, 18'446'744'073'709'551'615U}}) {
    std::string row = head_row(head);
    EXPECT_LE(row.size(), head_max);
    ASSERT_TRUE(row.ends_with('\n'));
    row.pop_back();
    EXPECT_EQ(parse_head(row), head) << row;
  }
}

TEST(LineFormat, finds_no_line_in_other_rows) {
  for (const char* row : {"",
                          " ",
                          "#",
                          end_mark.data(),
                          "ready",
                          "2026-01-01T00:00:00.000Z",
                          "2026-01-01T00:00:00.000Z ",
                          "2026-01-01T00:00:00.000Z 1",
                          "2026-01-01T00:00:00.000Z 1 ",
                          "2026-01-01T00:00:00.000Z 1 container",
                          "2026-01-01T00:00:00.000Z x container a",
                          "2026-01-01T00:00:00.000Z -1 container a",
                          "2026-01-01T00:00:00.000Z 1 worker a",
                          "2026-01-01T00:00:00.000Z  1 container a",
                          "2026-01-01T00:00:00.000Z 99999999999999999999 container a",
                          "2026-02-30T00:00:00.000Z 1 container a",
                          "2026-01-01T24:00:00.000Z 1 container a",
                          "2026-01-01T00:00:00Z 1 container a",
                          "2026-01-01 00:00:00.000Z 1 container a",
                          "2026-01-01T00:00:00.-01Z 1 container a"})
    EXPECT_FALSE(parse_row(row)) << row;
}

TEST(LineFormat, finds_no_head_in_other_rows) {
  const std::string head = head_row({{some_worker, some_endpoint}, 7});
  EXPECT_FALSE(parse_head(head)) << "with its line end";
  for (std::size_t size = 0; size + 1 < head.size(); ++size)
    EXPECT_FALSE(parse_head(head.substr(0, size))) << size;
  for (const char* row : {"# Log of worker , from line 1. Each row: TIME NUMBER SOURCE TEXT",
                          "# Log of worker ../x, from line 1. Each row: TIME NUMBER SOURCE TEXT",
                          "# Log of worker w of endpoint , from line 1. Each row: TIME NUMBER SOURCE TEXT",
                          "# Log of worker w, from line -1. Each row: TIME NUMBER SOURCE TEXT",
                          "pilotlight: process 4: python -u handler.py"})
    EXPECT_FALSE(parse_head(row)) << row;
}

}  // namespace
}  // namespace pilotlight::worker_log
