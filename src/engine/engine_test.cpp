#include "engine/engine.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "engine/submission.hpp"
#include "engine/test_doubles_test.hpp"
#include "engine/trace_reader.hpp"

namespace pilotlight::engine {
namespace {

struct EngineTest : testing::Test {
  EngineTest() {
    const char* base = std::getenv("TMPDIR");
    folder = std::string(base != nullptr ? base : "/tmp") + "/engine-test-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  ~EngineTest() override {
    engine.reset();
    std::filesystem::remove_all(folder);
  }

  void start(std::uint64_t seed = 1) {
    engine.reset();
    EngineOptions options;
    options.seed = seed;
    options.limits.paused_endpoints = PausedEndpoints::queue;
    options.sinks = {&answers};
    options.trace.folder = folder;
    options.on_store_failure = [this](const Error& error) { failure.set_value(error); };
    engine = std::make_unique<Engine>(std::move(options), store, clock, effects);
    ASSERT_TRUE(engine->start());
    engine->submit(Lane::worker, command::WorkersListed{});
  }

  template <class C>
  Ticket submit(Lane lane, C command, std::vector<StoredPayload> payloads = {}) {
    command.ticket = ticket_for(0, ++last);
    const Ticket ticket = command.ticket;
    std::vector<Submission> one;
    one.push_back({lane, std::move(command), std::move(payloads)});
    engine->submit(one);
    EXPECT_TRUE(one.empty());
    return ticket;
  }
  template <class A, class C>
  A ask(C command) {
    return std::get<A>(answers.wait(submit(Lane::control, std::move(command))).answer);
  }

  void make_endpoint() {
    command::SaveTemplate made;
    made.id = TemplateId::parse("template01").value();
    made.create = true;
    made.patch.name = "a template";
    ask<answer::TemplateSaved>(made);
    command::SaveEndpoint save;
    save.id = endpoint;
    save.create = true;
    save.patch.name = "an endpoint";
    save.patch.template_id = made.id;
    save.patch.workers_max = 0;
    ask<answer::EndpointSaved>(save);
    worker =
        ask<answer::WorkerRegistered>(command::RegisterWorker{0, WorkerId::parse("byhand").value(), endpoint})
            .worker;
  }

  Ticket run(const std::string& input) {
    command::SubmitJob job;
    const RowNumber row = engine->draw_row();
    job.id = JobId::make(row, false, row);
    job.endpoint = endpoint;
    job.input = {row, static_cast<std::uint32_t>(input.size()), PayloadPlace::row};
    const PayloadRef ref = job.input;
    return submit(Lane::submit, job, {{ref, make_body(input)}});
  }
  Ticket take() {
    command::TakeJobs poll;
    poll.worker = worker;
    poll.arrived = clock.now();
    poll.hold = milliseconds{20'000};
    return submit(Lane::worker, poll);
  }

  std::string folder;
  HandClock clock;
  ScriptedStore store;
  Answers answers;
  NoEffects effects;
  std::promise<Error> failure;
  std::unique_ptr<Engine> engine;
  const EndpointId endpoint = EndpointId::parse("endpoint1").value();
  WorkerId worker;
  std::uint64_t last = 0;
};

TEST_F(EngineTest, no_answer_leaves_before_its_commit) {
  start();
  make_endpoint();
  store.hold(true);
  const int before = store.entered;
  const Ticket ticket = run("1");
  store.wait_for_commit_number(before + 1);
  EXPECT_FALSE(answers.has(ticket));
  store.hold(false);
  EXPECT_TRUE(std::holds_alternative<answer::JobAccepted>(answers.wait(ticket).answer));
}

TEST_F(EngineTest, a_worker_is_prepared_during_the_commit_and_started_after_it) {
  start();
  make_endpoint();
  command::SaveEndpoint save;
  save.id = endpoint;
  save.patch.workers_max = 1;
  ask<answer::EndpointSaved>(save);
  const int before = effects.starts;
  store.hold(true);
  run("1");
  while (effects.prepared == 0) std::this_thread::yield();
  EXPECT_EQ(effects.starts, before);
  store.hold(false);
  while (effects.starts == before) std::this_thread::yield();
  EXPECT_EQ(effects.prepared, effects.starts);
}

TEST_F(EngineTest, what_comes_during_a_commit_shares_the_next_one) {
  start();
  make_endpoint();
  store.hold(true);
  const int before = store.entered;
  run("0");
  store.wait_for_commit_number(before + 1);
  std::vector<Ticket> all;
  for (int i = 0; i < 200; ++i) all.push_back(run(std::to_string(i)));
  store.hold(false);
  for (const Ticket ticket : all) answers.wait(ticket);
  EXPECT_LE(store.commits - before, 6) << "200 jobs, a few commits";
  engine->stop();
  const auto first = std::find(answers.order.begin(), answers.order.end(), all.front());
  EXPECT_TRUE(std::equal(all.begin(), all.end(), first)) << "answers come in the order of the commands";
}

TEST_F(EngineTest, a_body_comes_from_memory_at_once_and_from_the_store_later) {
  start();
  make_endpoint();
  const Ticket parked = take();
  run("\"fresh\"");
  EXPECT_EQ(*answers.wait(parked).bodies.at(0), "\"fresh\"");
  EXPECT_EQ(store.reads, 0);
  command::FinishJob finish;
  finish.worker = worker;
  finish.job = std::get<answer::JobsTaken>(answers.wait(parked).answer).jobs.at(0).id;
  ask<answer::JobFinished>(finish);
  answers.wait(run("\"old\""));
  EXPECT_EQ(*answers.wait(take()).bodies.at(0), "\"old\"");
  EXPECT_EQ(store.reads, 1);
}

TEST_F(EngineTest, a_full_disk_is_waited_for) {
  start();
  make_endpoint();
  store.full_times = 2;
  const Ticket ticket = run("1");
  EXPECT_TRUE(std::holds_alternative<answer::JobAccepted>(answers.wait(ticket).answer));
  EXPECT_EQ(store.refused, 2);
}

TEST_F(EngineTest, a_broken_store_ends_it_and_nothing_more_is_said) {
  start();
  make_endpoint();
  {
    const std::lock_guard lock(store.mutex);
    store.broken = true;
  }
  const Ticket ticket = run("1");
  EXPECT_EQ(failure.get_future().get().code, Errc::io);
  engine->stop();
  EXPECT_FALSE(answers.has(ticket));
}

TEST_F(EngineTest, rows_grow_over_restarts_even_when_the_clock_stands) {
  start();
  const RowNumber first = engine->draw_row();
  store.row_highest = first + 1'000'000;
  start(2);
  EXPECT_GT(engine->draw_row(), store.row_highest);
}

TEST_F(EngineTest, a_deadline_fires_without_a_command) {
  start();
  make_endpoint();
  const Ticket poll = take();
  ask<answer::Catalog>(command::ReadCatalog{});  // the poll was applied before this was
  clock.now_ms += 30'000;
  engine->submit(Lane::worker, command::WorkerStarted{});  // wakes it to look at its clock
  EXPECT_TRUE(std::holds_alternative<answer::NoJob>(answers.wait(poll).answer));
}

/// The commands of the newest segment.
std::vector<Command> traced(const std::string& folder) {
  std::vector<Command> commands;
  const auto read =
      read_segment(list_segments(folder).value().back(), [&](TraceEntry kind, std::string_view body) {
        if (kind != TraceEntry::apply) return true;
        Decoder in(body);
        Timestamp now{};
        Command command;
        in.get(now);
        in.get(command);
        commands.push_back(std::move(command));
        return in.finished();
      });
  EXPECT_TRUE(read);
  return commands;
}

TEST_F(EngineTest, a_slow_commit_applies_answers_delayed_before_waiting_polls) {
  start();
  make_endpoint();
  store.hold(true);
  const int before = store.entered;
  run("1");
  store.wait_for_commit_number(before + 1);
  std::this_thread::sleep_for(Limits{}.stall_after + std::chrono::milliseconds{20});
  const Ticket poll = take();
  store.hold(false);
  answers.wait(poll);
  engine.reset();
  const std::vector<Command> commands = traced(folder);
  const auto place = [&](const auto& is) { return std::find_if(commands.begin(), commands.end(), is); };
  const auto delayed =
      place([](const Command& c) { return std::holds_alternative<command::AnswersDelayed>(c); });
  ASSERT_NE(delayed, commands.end());
  EXPECT_LT(delayed, place([](const Command& c) { return std::holds_alternative<command::TakeJobs>(c); }));
}

// --- the command trace

struct TraceTest : EngineTest {
  void history() {
    start();
    make_endpoint();
    for (int i = 0; i < 50; ++i) answers.wait(run(std::to_string(i)));
    engine->stop();
    start(2);
    for (int i = 0; i < 50; ++i) answers.wait(run(std::to_string(i)));
    engine.reset();
  }
  std::vector<TraceSegment> segments() { return list_segments(folder).value(); }
};

TEST_F(TraceTest, every_segment_replays_to_the_same_outcomes) {
  history();
  ASSERT_EQ(segments().size(), 2U);
  for (const TraceSegment& segment : segments()) {
    const ReplayResult result = replay_segment(segment).value();
    EXPECT_GE(result.compared, 100U);
    EXPECT_EQ(result.different, 0U);
  }
}

TEST_F(TraceTest, a_torn_end_is_quiet_and_a_changed_byte_is_not) {
  history();
  const std::string path = segments()[0].parts[0];
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 3);
  EXPECT_EQ(replay_segment(segments()[0]).value().different, 0U);
  constexpr std::uintmax_t torn = 200, step = 5;  // what is in the torn entry itself counts for nothing
  for (std::uintmax_t place = 0; place < size - torn; place += step) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const char old = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(place));
    file.put(static_cast<char>(old ^ 4));
    file.close();
    const auto result = replay_segment(segments()[0]);
    EXPECT_TRUE(!result || result->different > 0) << "changed at " << place;
    std::fstream back(path, std::ios::in | std::ios::out | std::ios::binary);
    back.seekp(static_cast<std::streamoff>(place));
    back.put(old);
  }
}

TEST_F(TraceTest, a_segment_without_its_head_is_not_replayed) {
  history();
  TraceSegment headless = segments()[0];
  headless.complete_head = false;
  EXPECT_EQ(replay_segment(headless).error().code, Errc::conflict);
}

TEST(TraceWriter, the_ring_drops_its_oldest_files) {
  std::string folder = "/tmp/trace-ring-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    TraceOptions options;
    options.folder = folder;
    options.bytes_max = 48ULL << 20;
    TraceWriter writer(options);
    ASSERT_TRUE(writer.start({}));
    const std::string large(1 << 20, 'x');
    for (int i = 0; i < 100; ++i) {
      writer.put(TraceEntry::restored, large);
      writer.publish();
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
  }
  std::uintmax_t total = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) total += entry.file_size();
  EXPECT_LE(total, 64ULL << 20) << "the limit and the part that is being written";
  const auto segments = list_segments(folder).value();
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_FALSE(segments[0].complete_head);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pilotlight::engine
