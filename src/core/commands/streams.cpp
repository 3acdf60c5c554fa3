// Chunks that jobs stream, and questions for them.
#include "base/mark.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::PostChunk& c) {
  LiveJob* job = find_job(c.job);
  LiveWorker* live = find_worker(c.worker);
  if (live != nullptr) heard(*live, {});
  if (job == nullptr || live == nullptr || job->holder != live) {
    MARK("core.chunk_does_not_count");
    return call.reply(c.ticket, answer::JobFinished{false});
  }
  runs_now(*live, *job);
  if (c.no_space) {
    MARK("core.no_space_for_stream");
    end_job(*job, {JobEvent::given_up, EndReason::stream_no_space, {}, nullptr});
    return call.reply(c.ticket, answer::JobFinished{false});
  }
  if (!streams.add(*job, c.chunk)) {
    MARK("core.stream_full");
    end_job(*job, {JobEvent::given_up, EndReason::stream_full, {}, nullptr});
    return call.reply(c.ticket, answer::JobFinished{false});
  }
  call.reply(c.ticket, answer::JobFinished{true});
}

void State::on(const command::ReadStream& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return call.reply(c.ticket, answer::JobNotLive{});
  streams.read(*live, c);
}

void State::on(const command::MoveStream& c) {
  if (find_job(c.stream.job) == nullptr) call.save(record::StreamSaved{c.stream});
  call.reply(c.ticket, answer::Acknowledged{});
}

}  // namespace pilotlight::core
