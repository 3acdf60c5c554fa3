// What every store must do, over each of them.
#include "store/contract_test.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

thread_local int pilotlight::store::testing::full_at_write = 0;

namespace {

bool disk_is_full(int file) {
  using pilotlight::store::testing::full_at_write;
  if (full_at_write == 0 || file <= 2) return false;
  if (full_at_write > 1) --full_at_write;
  if (full_at_write > 1) return false;
  errno = ENOSPC;
  return true;
}

}  // namespace

// These stand before the library's, for SQLite too.
extern "C" ssize_t write(int file, const void* data, size_t size) {
  return disk_is_full(file) ? -1 : ::syscall(SYS_write, file, data, size);
}
extern "C" ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  return disk_is_full(file) ? -1 : ::syscall(SYS_pwrite64, file, data, size, offset);
}

namespace pilotlight::store::testing {
namespace {

std::vector<std::string> sorted(std::vector<Record> records) {
  std::vector<std::string> all;
  for (const Record& record : records) all.push_back(encode(record));
  std::sort(all.begin(), all.end());
  return all;
}

TEST_P(StoreContract, loads_the_last_value_of_each_live_thing_and_nothing_else) {
  Template t;
  t.id = *TemplateId::parse("tpl0000001");
  t.name = "first";
  Template changed = t;
  changed.name = "second";
  Endpoint e;
  e.id = endpoint;
  Worker w;
  w.id = *WorkerId::parse("worker00000001");
  w.endpoint = endpoint;
  ApiKey kept, revoked;
  kept.id = *ApiKeyId::parse("key000000001");
  kept.role = KeyRole::jobs;
  kept.endpoints.emplace({endpoint});
  revoked.id = *ApiKeyId::parse("key000000002");
  const record::AccountSaved account{{AccountId::first, "new"}};
  NetworkVolume volume, other;
  volume.id = *VolumeId::parse("volume0001");
  volume.name = "v";
  volume.size_gb = 10;
  other.id = *VolumeId::parse("volume0002");
  RegistryCredential registry, no_registry;
  registry.id = *RegistryId::parse("registry0001");
  registry.password = {std::string("\0\xff", 2)};
  no_registry.id = *RegistryId::parse("registry0002");
  Secret secret, changed_secret, no_secret;
  secret.id = changed_secret.id = *SecretId::parse("registry0001");
  changed_secret.value = {"new"};
  no_secret.id = *SecretId::parse("secret000002");
  commit({record::TemplateSaved{t}, record::EndpointSaved{e, false}, record::WorkerSaved{w},
          record::ApiKeySaved{"aa"}, record::KeySaved{kept}, record::KeySaved{revoked},
          record::VolumeSaved{volume}, record::VolumeSaved{other},
          record::AccountSaved{{AccountId::first, "old"}}, record::CountersSaved{endpoint, 1, 2, 3, 4, 5, 6},
          record::RegistrySaved{registry}, record::RegistrySaved{no_registry}, record::SecretSaved{secret},
          record::SecretSaved{no_secret}, record::JobSaved{job(10)}, record::JobSaved{job(11)},
          record::JobSaved{job(12)}});
  Job leased = job(11);
  leased.state = JobState::in_progress;
  commit({record::TemplateSaved{changed}, record::ApiKeySaved{"bb"}, record::KeyRemoved{revoked.id}, account,
          record::VolumeSaved{volume, true}, record::VolumeRemoved{other.id},
          record::RegistryRemoved{no_registry.id}, record::SecretSaved{changed_secret},
          record::SecretRemoved{no_secret.id}, record::JobSaved{leased},
          record::JobFinished{final_of(job(10), 9000)}, record::WorkerRemoved{w.id}});
  subject_->reopen();
  EXPECT_EQ(loaded(),
            sorted({record::TemplateSaved{changed}, record::EndpointSaved{e, false},
                    record::ApiKeySaved{"bb"}, record::KeySaved{kept}, account,
                    record::VolumeSaved{volume, true}, record::RegistrySaved{registry},
                    record::SecretSaved{changed_secret}, record::CountersSaved{endpoint, 1, 2, 3, 4, 5, 6},
                    record::JobSaved{leased}, record::JobSaved{job(12)}}));
  commit({record::TemplateRemoved{t.id}, record::EndpointRemoved{endpoint}});
  subject_->reopen();
  EXPECT_EQ(loaded(), sorted({record::ApiKeySaved{"bb"}, record::KeySaved{kept}, account,
                              record::VolumeSaved{volume, true}, record::RegistrySaved{registry},
                              record::SecretSaved{changed_secret}, record::JobSaved{leased},
                              record::JobSaved{job(12)}}));
}

TEST_P(StoreContract, remembers_the_newest_time_and_highest_row_of_deleted_things) {
  const PayloadRef ref{500, 2, PayloadPlace::row};
  commit({record::JobSaved{job(40)}, record::PayloadKept{ref}}, {{ref, make_body("ab")}}, 7000);
  commit({record::JobFinished{final_of(job(40), 1)}, record::PayloadDropped{ref}}, {}, 6000);
  store().maintain(timestamp_from_ms(10'000'000));
  subject_->reopen();
  Loaded marks;
  loaded(&marks);
  EXPECT_EQ(to_ms(marks.newest), 7000);
  EXPECT_EQ(marks.row_highest, 500U);
}

TEST_P(StoreContract, gives_payloads_back_until_they_are_dropped) {
  const PayloadRef row{50, 5, PayloadPlace::row}, file{51, 4, PayloadPlace::file};
  write_file(file, "file");
  commit({record::PayloadKept{row}, record::PayloadKept{file}}, {{row, make_body("hello")}});
  subject_->reopen();
  EXPECT_EQ(**store().read(row), "hello");
  EXPECT_EQ(**store().read(file), "file");
  commit({record::PayloadDropped{row}, record::PayloadDropped{file}});
  EXPECT_EQ(store().read(row).error().code, Errc::not_found);
  EXPECT_EQ(store().read(file).error().code, Errc::not_found);
}

TEST_P(StoreContract, an_input_of_any_size_stays_while_its_job_changes) {
  RowNumber row = 200;
  for (const std::uint32_t size : {1U, 256U, 257U, 5000U}) {
    const std::string text(size, 'i');
    Job live = job(++row);
    live.input = {row, size, PayloadPlace::row};
    const PayloadRef extras{++row, size, PayloadPlace::row};
    const auto holds = [&] {
      const auto input = store().read(live.input), more = store().read(extras);
      return input && **input == text && more && **more == text;
    };
    commit({record::PayloadKept{live.input}, record::PayloadKept{extras}, record::JobSaved{live}},
           {{live.input, make_body(text)}, {extras, make_body(text)}});
    EXPECT_TRUE(holds()) << size;
    live.state = JobState::in_progress;
    commit({record::JobSaved{live}});
    subject_->reopen();
    EXPECT_TRUE(holds()) << size << " saved again";
    for (int twice = 0; twice < 2; ++twice) commit({record::JobFinished{final_of(live, 5000)}});
    subject_->reopen();
    EXPECT_TRUE(holds()) << size << " finished";
  }
}

TEST_P(StoreContract, an_input_stays_though_its_job_never_lived) {
  Job live = job(260);
  live.input = {260, 2, PayloadPlace::row};
  commit({record::PayloadKept{live.input}, record::JobFinished{final_of(live, 5000)}},
         {{live.input, make_body("in")}});
  EXPECT_EQ(**store().read(live.input), "in");
  store().maintain(timestamp_from_ms(5000 + 61'000));
  EXPECT_EQ(store().read(live.input).error().code, Errc::not_found);
}

TEST_P(StoreContract, a_final_job_lasts_until_expiry_and_its_payloads_until_upkeep) {
  Job live = job(60);
  live.input = {60, 2, PayloadPlace::row};
  commit({record::JobSaved{live}, record::PayloadKept{live.input}}, {{live.input, make_body("in")}});
  commit({record::JobFinished{final_of(live, 5000)}});
  EXPECT_EQ((*store().final_job(live.id, timestamp_from_ms(4999)))->id, live.id);
  EXPECT_FALSE(*store().final_job(live.id, timestamp_from_ms(5000)));
  EXPECT_FALSE(*store().final_job(JobId::make(60, false, 1), timestamp_from_ms(1)))
      << "another id in the same row";
  EXPECT_TRUE(store().read(live.input));
  store().maintain(timestamp_from_ms(5000 + 61'000));
  EXPECT_EQ(store().read(live.input).error().code, Errc::not_found);
}

TEST_P(StoreContract, a_revived_job_is_live_with_its_input_and_can_end_again) {
  RowNumber row = 300;
  for (const std::uint32_t size : {2U, 5000U}) {
    const std::string text(size, 'i');
    Job live = job(++row);
    live.input = {row, size, PayloadPlace::row};
    const PayloadRef result{++row, 3, PayloadPlace::row};
    FinalJob failed = final_of(live, 5000);
    failed.result = result;
    commit({record::PayloadKept{live.input}, record::JobSaved{live}}, {{live.input, make_body(text)}});
    commit({record::JobFinished{failed}, record::PayloadKept{result}}, {{result, make_body("out")}});
    for (int twice = 0; twice < 2; ++twice)
      commit({record::JobRevived{live.id}, record::PayloadDropped{result}, record::JobSaved{live}});
    subject_->reopen();
    EXPECT_FALSE(*store().final_job(live.id, timestamp_from_ms(1)));
    EXPECT_EQ(store().read(result).error().code, Errc::not_found);
    EXPECT_EQ(**store().read(live.input), text);
    store().maintain(timestamp_from_ms(5000 + 61'000));
    EXPECT_EQ(**store().read(live.input), text) << "its first retention is of no matter";
    commit({record::JobFinished{final_of(live, 900'000)}});
    EXPECT_TRUE(*store().final_job(live.id, timestamp_from_ms(5000)));
    EXPECT_EQ(**store().read(live.input), text);
  }
}

/// The texts of these chunks.
std::vector<std::string> texts(const Result<std::vector<Body>>& bodies) {
  std::vector<std::string> all;
  if (bodies)
    for (const Body& body : *bodies) all.push_back(*body);
  return all;
}

TEST_P(StoreContract, keeps_the_chunks_of_a_job_in_order_and_by_run) {
  const JobId id = job(400).id;
  const PayloadRef small{401, 3, PayloadPlace::row}, file{402, 4, PayloadPlace::file};
  const std::string long_text(1000, 'c');
  const PayloadRef large{403, 1000, PayloadPlace::row};
  write_file(file, "file");
  commit({record::JobSaved{job(400)}, record::ChunkSaved{id, 0, 0, small}, record::ChunkSaved{id, 0, 1, file},
          record::StreamSaved{{id, 0, 2, 7, 0}}},
         {{small, make_body("one")}});
  commit({record::ChunkSaved{id, 0, 2, large}, record::StreamSaved{{id, 0, 3, 1007, 1}}},
         {{large, make_body(long_text)}});
  subject_->reopen();
  EXPECT_EQ(loaded(), sorted({record::JobSaved{job(400)}, record::StreamSaved{{id, 0, 3, 1007, 1}}}));
  EXPECT_EQ(texts(store().chunks(id, 0, 0, 9)), (std::vector<std::string>{"one", "file", long_text}));
  EXPECT_EQ(texts(store().chunks(id, 0, 1, 2)), std::vector<std::string>{"file"});
  EXPECT_TRUE(texts(store().chunks(id, 1, 0, 9)).empty()) << "another run";
  commit({record::ChunksDropped{id}, record::StreamSaved{{id, 1, 0, 0, 0}}});
  EXPECT_TRUE(texts(store().chunks(id, 0, 0, 9)).empty());
  EXPECT_EQ(store().read(file).error().code, Errc::not_found);
  EXPECT_EQ((*store().stream(id))->run, 1u);
}

TEST_P(StoreContract, a_stream_stays_with_the_final_job_and_goes_with_it) {
  const JobId id = job(410).id;
  const PayloadRef file{411, 4, PayloadPlace::file};
  write_file(file, "file");
  commit({record::JobSaved{job(410)}, record::ChunkSaved{id, 0, 0, file}});
  commit({record::JobFinished{final_of(job(410), 5000)}, record::StreamSaved{{id, 0, 1, 4, 0}}});
  commit({record::StreamSaved{{id, 0, 1, 4, 1}}});
  subject_->reopen();
  EXPECT_TRUE(loaded().empty());
  EXPECT_EQ((*store().stream(id))->read, 1u);
  EXPECT_EQ(texts(store().chunks(id, 0, 0, 1)), std::vector<std::string>{"file"});
  store().maintain(timestamp_from_ms(5000 + 61'000));
  EXPECT_FALSE(*store().stream(id));
  EXPECT_TRUE(texts(store().chunks(id, 0, 0, 1)).empty());
  EXPECT_EQ(store().read(file).error().code, Errc::not_found);
  commit({record::StreamSaved{{id, 0, 1, 4, 1}}});
  EXPECT_FALSE(*store().stream(id)) << "of a job that is not there";
}

TEST_P(StoreContract, gives_many_bytes_of_chunks_in_several_calls) {
  const JobId id = job(420).id;
  const std::string text(3U << 20, 'x');
  commit({record::JobSaved{job(420)}});
  for (std::uint32_t i = 0; i < 4; ++i) {
    const PayloadRef ref{421 + i, static_cast<std::uint32_t>(text.size()), PayloadPlace::file};
    write_file(ref, text.c_str());
    commit({record::ChunkSaved{id, 0, i, ref}});
  }
  EXPECT_EQ(texts(store().chunks(id, 0, 0, 4)).size(), 2u);
  EXPECT_EQ(texts(store().chunks(id, 0, 2, 4)).size(), 2u);
}

TEST_P(StoreContract, retention_is_only_ever_shortened) {
  commit({record::JobFinished{final_of(job(70), 5000)}});
  commit({record::RetentionShortened{job(70).id, timestamp_from_ms(9000)}});
  EXPECT_TRUE(*store().final_job(job(70).id, timestamp_from_ms(4000)));
  commit({record::RetentionShortened{job(70).id, timestamp_from_ms(3000)},
          record::RetentionShortened{job(71).id, {}}});
  EXPECT_FALSE(*store().final_job(job(70).id, timestamp_from_ms(4000)));
}

TEST_P(StoreContract, the_same_batch_twice_is_the_same_as_once) {
  const PayloadRef ref{80, 1, PayloadPlace::row};
  for (int i = 0; i < 2; ++i)
    commit(
        {record::JobSaved{job(80)}, record::PayloadKept{ref}, record::JobFinished{final_of(job(81), 9000)}},
        {{ref, make_body("x")}});
  EXPECT_EQ(loaded(), sorted({record::JobSaved{job(80)}}));
}

TEST_P(StoreContract, reads_from_many_threads_while_it_commits) {
  const PayloadRef ref{90, 4, PayloadPlace::row};
  commit({record::PayloadKept{ref}, record::JobFinished{final_of(job(90), 1'000'000)}},
         {{ref, make_body("body")}});
  std::vector<std::thread> readers;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 3; ++t)
    readers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto body = store().read(ref);
        const auto found = store().final_job(job(90).id, timestamp_from_ms(1));
        if (!body || **body != "body" || !found || !*found) ++wrong;
      }
    });
  for (RowNumber row = 100; row < 150; ++row) commit({record::JobSaved{job(row)}});
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(All, StoreContract,
                         ::testing::Values("memory", "memory_failing", "sqlite", "sqlite_failing"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace pilotlight::store::testing
