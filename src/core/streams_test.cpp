#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// One job in the hands of one worker, and what is streamed and read.
struct Streaming {
  explicit Streaming(Limits limits = {}) : plane(limits) {
    endpoint = plane.make_idle_endpoint();
    worker = plane.register_worker(endpoint);
    job = plane.submit(endpoint);
    plane.take(worker);
  }

  bool post(const WorkerId& by) {
    command::PostChunk chunk{ticket_none, by, job, {++number, 10, PayloadPlace::row}};
    return plane.ask<answer::JobFinished>(chunk).counted;
  }
  bool post() { return post(worker); }
  Ticket read(std::optional<StreamPosition> after, milliseconds hold = milliseconds{0}) {
    return plane.apply(command::ReadStream{ticket_none, endpoint, job, after, hold});
  }
  /// Run, from and to.
  std::array<std::uint32_t, 3> told(Ticket ticket) const {
    const auto* chunks = plane.answer<answer::StreamChunks>(ticket);
    return chunks == nullptr ? std::array<std::uint32_t, 3>{99, 99, 99}
                             : std::array{chunks->run, chunks->from, chunks->to};
  }
  std::array<std::uint32_t, 3> poll() { return told(read(std::nullopt)); }
  std::optional<StreamState> saved() const {
    std::optional<StreamState> last;
    for (const Record& record : plane.records)
      if (const auto* stream = std::get_if<record::StreamSaved>(&record)) last = stream->value;
    return last;
  }

  Plane plane;
  EndpointId endpoint;
  WorkerId worker;
  JobId job;
  RowNumber number = 1;
};

using Range = std::array<std::uint32_t, 3>;

TEST(Streams, chunks_go_once_to_polls_and_to_every_reader_by_position) {
  Streaming s;
  EXPECT_EQ(s.poll(), (Range{0, 0, 0}));
  EXPECT_TRUE(s.post() && s.post());
  EXPECT_EQ(s.poll(), (Range{0, 0, 2}));
  EXPECT_EQ(s.poll(), (Range{0, 2, 2}));
  EXPECT_TRUE(s.post());
  EXPECT_EQ(s.poll(), (Range{0, 2, 3}));
  EXPECT_EQ(s.told(s.read(StreamPosition{0, 0})), (Range{0, 0, 3}));
  EXPECT_EQ(s.told(s.read(StreamPosition{0, 2})), (Range{0, 2, 3}));
}

TEST(Streams, who_waits_gets_the_chunk_itself) {
  Streaming s;
  const Ticket poll = s.read(std::nullopt, milliseconds{8'000}),
               other = s.read(std::nullopt, milliseconds{8'000}),
               reader = s.read(StreamPosition{0, 0}, milliseconds{8'000});
  EXPECT_TRUE(s.plane.open(poll) && s.plane.open(reader));
  s.post();
  EXPECT_EQ(s.told(poll), (Range{0, 0, 1}));
  EXPECT_EQ(s.told(reader), (Range{0, 0, 1}));
  EXPECT_EQ(s.plane.answer<answer::StreamChunks>(reader)->chunk.number, s.number);
  EXPECT_TRUE(s.plane.open(other)) << "a poll has it already";
  s.plane.pass(milliseconds{8'000});
  EXPECT_EQ(s.told(other), (Range{0, 1, 1}));
}

TEST(Streams, what_a_poll_was_given_is_remembered_once_the_next_one_asks) {
  Streaming s;
  s.post();
  s.poll();
  EXPECT_EQ(s.saved()->read, 0u) << "the answer may be lost with us";
  s.poll();
  EXPECT_EQ(s.saved()->read, 1u);
}

TEST(Streams, end_with_the_job_and_leave_the_rest_to_the_store) {
  Streaming s;
  s.post();
  s.poll();
  s.post();
  const Ticket reader = s.read(StreamPosition{0, 2}, milliseconds{8'000});
  EXPECT_TRUE(s.plane.finish(s.worker, s.job));
  EXPECT_TRUE(s.plane.answer<answer::JobNotLive>(reader));
  EXPECT_EQ(s.saved(), (StreamState{s.job, 0, 2, 20, 1}));
  EXPECT_FALSE(s.post()) << "too late";
}

TEST(Streams, begin_anew_with_the_next_delivery) {
  Streaming s;
  const WorkerId other = s.plane.register_worker(s.endpoint);
  s.post();
  s.poll();
  EXPECT_FALSE(s.post(other)) << "it does not hold the job";
  s.plane.ping(s.worker, {s.job});
  s.plane.pass(milliseconds{1});
  const Ticket next = s.plane.poll(s.worker, false);
  s.plane.pass(Limits{}.no_result_grace);
  EXPECT_EQ(s.plane.taken(next), std::vector{s.job}) << "it denied the job, and gets it once more";
  EXPECT_EQ(s.poll(), (Range{1, 0, 0}));
  EXPECT_EQ(s.told(s.read(StreamPosition{0, 1}, milliseconds{8'000})), (Range{1, 0, 0})) << "told at once";
  EXPECT_TRUE(s.post());
  EXPECT_EQ(s.poll(), (Range{1, 0, 1}));
}

TEST(Streams, that_grow_too_large_end_their_job) {
  Limits limits;
  limits.stream_chunks_max = 3;
  Streaming s(limits);
  EXPECT_TRUE(s.post() && s.post() && s.post());
  EXPECT_FALSE(s.post());
  EXPECT_EQ(s.plane.ended(s.job)->state, JobState::failed);
  EXPECT_EQ(s.plane.ended(s.job)->reason, EndReason::stream_full);
}

TEST(Streams, for_which_there_is_no_space_end_their_job) {
  Streaming s;
  EXPECT_TRUE(s.post());
  const command::PostChunk chunk{ticket_none, s.worker, s.job, {}, true};
  EXPECT_FALSE(s.plane.ask<answer::JobFinished>(chunk).counted);
  EXPECT_EQ(s.plane.ended(s.job)->state, JobState::failed);
  EXPECT_EQ(s.plane.ended(s.job)->reason, EndReason::stream_no_space);
}

TEST(Streams, survive_a_restart) {
  Streaming s;
  s.post();
  s.poll();
  s.post();
  s.poll();
  s.plane.restart({});
  EXPECT_EQ(s.poll(), (Range{0, 1, 2})) << "the last answer may have been lost";
  EXPECT_TRUE(s.post());
  EXPECT_EQ(s.told(s.read(StreamPosition{0, 0})), (Range{0, 0, 3}));
}

}  // namespace
}  // namespace pilotlight::core
