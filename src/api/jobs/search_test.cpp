#include "api/jobs/search.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

const EndpointId our_endpoint = *EndpointId::parse("endpoint000001");
const WorkerId our_worker = *WorkerId::parse("worker00000001");
constexpr std::int64_t created = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
const JobId job_id = JobId::make(RowNumber{created} << row_sequence_bits | 0x1234, false, 99);

net::Request request(std::string query) {
  net::Request made;
  made.path = "/v2/endpoint000001/requests";
  made.query = std::move(query);
  return made;
}

JobSearch search(std::string query) {
  const auto parsed = parse_job_search(request(query));
  EXPECT_TRUE(parsed) << query << ": " << parsed.error().message;
  return parsed ? *parsed : JobSearch{};
}

FinalJob ended() {
  FinalJob job;
  job.id = job_id;
  job.endpoint = our_endpoint;
  job.state = JobState::failed;
  job.worker = our_worker;
  job.finished = timestamp_from_ms(created + 5'000);
  return job;
}

Job queued() {
  Job job;
  job.id = job_id;
  job.endpoint = our_endpoint;
  return job;
}

/// Whether both what the row says and where it stands fit.
bool finds(const std::string& query, const StoredJob& job) {
  const JobSearch wanted = search(query);
  const RowNumber row = std::visit([](const auto& j) { return j.id.row(); }, job);
  return row >= wanted.rows.from && row < wanted.rows.below && service::matches(wanted, job);
}

TEST(JobSearch, without_parameters_finds_all_of_its_endpoint) {
  EXPECT_TRUE(finds("", ended()));
  EXPECT_TRUE(finds("", queued()));
  FinalJob other = ended();
  other.endpoint = *EndpointId::parse("endpoint000002");
  EXPECT_FALSE(finds("", other));
}

TEST(JobSearch, by_state) {
  EXPECT_TRUE(finds("status=FAILED", ended()));
  EXPECT_TRUE(finds("status=IN_QUEUE,FAILED", ended()));
  EXPECT_TRUE(finds("status=IN_QUEUE,FAILED", queued()));
  EXPECT_FALSE(finds("status=COMPLETED,TIMED_OUT", ended()));
  EXPECT_FALSE(finds("status=IN_PROGRESS", queued()));
}

TEST(JobSearch, by_worker) {
  EXPECT_TRUE(finds("workerId=worker00000001", ended()));
  EXPECT_FALSE(finds("workerId=worker00000002", ended()));
  EXPECT_FALSE(finds("workerId=worker00000001", queued()));
}

TEST(JobSearch, by_times_from_inclusive_to_exclusive) {
  const std::string at = std::to_string(created), next = std::to_string(created + 1);
  EXPECT_TRUE(finds("createdFrom=" + at + "&createdTo=" + next, queued()));
  EXPECT_FALSE(finds("createdTo=" + at, queued()));
  EXPECT_FALSE(finds("createdFrom=" + next, queued()));
  EXPECT_TRUE(finds("createdFrom=2026-01-01&createdTo=2026-01-01T00:00:00.001Z", queued()));
  EXPECT_FALSE(finds("createdFrom=2026-01-01T00:00:01Z", queued()));
  EXPECT_TRUE(finds("completedFrom=2026-01-01T00:00:05Z&completedTo=2026-01-01T00:00:05.001Z", ended()));
  EXPECT_FALSE(finds("completedTo=2026-01-01T00:00:05Z", ended()));
  EXPECT_FALSE(finds("completedFrom=0", queued())) << "it has not ended";
}

TEST(JobSearch, by_every_beginning_of_an_id) {
  for (const JobId id : {job_id, JobId::make(job_id.row(), true, 7)}) {
    FinalJob job = ended();
    job.id = id;
    for (std::size_t size = 0; size <= id.text().size(); ++size)
      EXPECT_TRUE(finds("id=" + id.text().substr(0, size), job)) << size;
  }
  EXPECT_FALSE(finds("id=sync", queued()));
}

TEST(JobSearch, the_beginning_of_an_id_leaves_few_rows) {
  const RowNumber row = job_id.row();
  FinalJob later = ended();
  for (const unsigned shift : {15U, 19U, 23U, 31U}) {
    later.id = JobId::make(row + (RowNumber{1} << shift), false, 99);
    EXPECT_FALSE(finds("id=" + job_id.text().substr(0, 18), later)) << shift;
  }
  const JobSearch all_of_ms = search("id=" + job_id.text().substr(0, 13));
  EXPECT_EQ(all_of_ms.rows.from, row >> row_sequence_bits << row_sequence_bits);
  EXPECT_EQ(all_of_ms.rows.below, all_of_ms.rows.from + (RowNumber{1} << row_sequence_bits));
}

TEST(JobSearch, an_id_beyond_the_year_10000_leaves_its_row) {
  FinalJob job = ended();
  for (const RowNumber row : {0xf1a216db5c86ULL << row_sequence_bits, (1ULL << 63) - 2}) {
    job.id = JobId::make(row, false, 99);
    EXPECT_TRUE(finds("id=" + job.id.text(), job)) << row;
    EXPECT_TRUE(finds("id=" + job.id.text().substr(0, 3), job)) << row;
  }
}

TEST(JobSearch, a_cursor_goes_on_below_its_row) {
  const std::string cursor = row_text(job_id.row());
  EXPECT_FALSE(finds("cursor=" + cursor, queued()));
  EXPECT_TRUE(finds("cursor=" + row_text(job_id.row() + 1), queued()));
  EXPECT_EQ(search("limit=7&cursor=" + cursor).limit, 7U);
}

TEST(JobSearch, refuses_what_is_not_well_formed_and_says_which) {
  for (const std::string bad : {"limit=0",
                                "limit=501",
                                "limit=",
                                "limit=x",
                                "limit=1x",
                                "limit=-1",
                                "status=",
                                "status=failed",
                                "status=FAILED,",
                                "status=,FAILED",
                                "status=FAILED, COMPLETED",
                                "createdFrom=",
                                "createdFrom=yesterday",
                                "createdFrom=-1",
                                "createdTo=2026-02-30",
                                "createdTo=2026-01-01T24:00:00Z",
                                "createdTo=2026-01-01T00:00",
                                "completedFrom=2026-13-01",
                                "completedTo=99999999999999999999",
                                "completedTo=2026-01-01 00:00:00Z",
                                "id=x",
                                "id=01A2",
                                "id=sync-x",
                                "id=01a2144a01",
                                "id=syncx",
                                "id=01a2144a-a6da-7000-8668-3efd65cc23f3-u2",
                                "id=01a2144a-a6da-7000-8668-3efd65cc23f3-u11",
                                "workerId=",
                                "workerId=No",
                                "workerId=abcdefghijklmnopq",
                                "cursor=",
                                "cursor=1",
                                "cursor=zzzzzzzzzzzzzzzz",
                                "cursor=ffffffffffffffff",
                                "cursor=00000000000000001"}) {
    const auto parsed = parse_job_search(request(bad));
    ASSERT_FALSE(parsed) << bad;
    const std::string name = bad.substr(0, bad.find('='));
    EXPECT_TRUE(parsed.error().message.starts_with(name + " is invalid; must be ")) << parsed.error().message;
  }
}

}  // namespace
}  // namespace pilotlight::api
