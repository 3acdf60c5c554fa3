// What every store shows of its jobs.
#include "store/contract_test.hpp"

namespace pilotlight::store::testing {
namespace {

struct Scanned {
  std::vector<std::string> jobs;  ///< row and state of each
  std::optional<RowNumber> last;
};

/// What a scan at 1 s shows to somebody who wants so many jobs.
Scanned scanned(Store& store, const JobScan& scan, std::size_t wanted = 100) {
  Scanned all;
  const auto last = store.scan_jobs(scan, timestamp_from_ms(1000), [&](const StoredJob& stored) {
    std::visit(
        [&](const auto& job) {
          all.jobs.push_back(std::to_string(job.id.row()) + std::string(" ") +
                             std::string(wire_name(job.state)));
        },
        stored);
    return all.jobs.size() < wanted;
  });
  EXPECT_TRUE(last);
  if (last) all.last = *last;
  return all;
}

TEST_P(StoreContract, shows_live_and_kept_jobs_in_one_row_newest_first) {
  Job leased = job(503);
  leased.state = JobState::in_progress;
  commit({record::JobSaved{job(501)}, record::JobSaved{job(502)}, record::JobSaved{leased},
          record::JobSaved{job(504)}, record::JobSaved{job(505)}});
  commit({record::JobFinished{final_of(job(502), 9000)}, record::JobFinished{final_of(job(504), 1000)},
          record::JobFinished{final_of(job(505), 9000)}});
  subject_->reopen();
  const std::vector<std::string> all{"505 COMPLETED", "503 IN_PROGRESS", "502 COMPLETED", "501 IN_QUEUE"};
  EXPECT_EQ(scanned(store(), {}).jobs, all) << "504 has expired";
  EXPECT_EQ(scanned(store(), {}).last, std::nullopt);
  EXPECT_EQ(scanned(store(), {.from = 502, .below = 505}).jobs,
            (std::vector<std::string>{"503 IN_PROGRESS", "502 COMPLETED"}));
  commit({record::RetentionShortened{job(505).id, timestamp_from_ms(10)}});
  EXPECT_EQ(scanned(store(), {}).jobs.front(), "503 IN_PROGRESS");
}

TEST_P(StoreContract, goes_on_with_a_scan_where_the_last_one_stopped) {
  std::vector<std::string> all, pages;
  for (RowNumber row = 540; row > 520; --row) {
    commit({record::JobSaved{job(row)}});
    if (row % 3 == 0) commit({record::JobFinished{final_of(job(row), 9000)}});
    all.push_back(std::to_string(row) + (row % 3 == 0 ? " COMPLETED" : " IN_QUEUE"));
  }
  for (const std::size_t wanted : {1U, 7U, 19U, 20U, 21U})
    for (const std::size_t rows_max : {1U, 6U, 20U}) {
      pages.clear();
      JobScan scan{.from = 521, .rows_max = rows_max};
      for (bool more = true; more;) {
        const Scanned page = scanned(store(), scan, wanted);
        ASSERT_LE(page.jobs.size(), std::min(wanted, rows_max));
        ASSERT_FALSE(page.jobs.empty()) << "no page is empty that need not be";
        pages.insert(pages.end(), page.jobs.begin(), page.jobs.end());
        more = page.last.has_value();
        if (more) scan.below = *page.last;
      }
      EXPECT_EQ(pages, all) << wanted << " of " << rows_max;
    }
}

TEST_P(StoreContract, reads_within_a_scan) {
  FinalJob ended = final_of(job(550), 9000);
  ended.result = {551, 3, PayloadPlace::row};
  commit({record::JobFinished{ended}, record::PayloadKept{ended.result}}, {{ended.result, make_body("out")}});
  std::string text;
  const auto last = store().scan_jobs({}, timestamp_from_ms(1), [&](const StoredJob& stored) {
    text = **store().read(std::get<FinalJob>(stored).result);
    return true;
  });
  EXPECT_TRUE(last && text == "out");
}

}  // namespace
}  // namespace pilotlight::store::testing
