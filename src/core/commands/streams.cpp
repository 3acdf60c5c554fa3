// Chunks that jobs stream, and questions for them.
#include "base/mark.hpp"
#include "core/commands/handlers.hpp"
#include "core/dispatch.hpp"
#include "domain/jobs/commands.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {

void Dispatch::on(const command::PostChunk& c) {
  LiveJob* job = find_job(c.job);
  LiveWorker* live = find_worker(c.worker);
  if (live != nullptr) heard(*live, {});
  if (job == nullptr || live == nullptr || job->holder != live) {
    MARK("core.chunk_does_not_count");
    return call_.reply(c.ticket, answer::JobFinished{false});
  }
  runs_now(*live, *job);
  if (c.no_space) {
    MARK("core.no_space_for_stream");
    end_job(*job, {JobEvent::given_up, EndReason::stream_no_space, {}, nullptr});
    return call_.reply(c.ticket, answer::JobFinished{false});
  }
  if (!streams_.add(*job, c.chunk)) {
    MARK("core.stream_full");
    end_job(*job, {JobEvent::given_up, EndReason::stream_full, {}, nullptr});
    return call_.reply(c.ticket, answer::JobFinished{false});
  }
  call_.reply(c.ticket, answer::JobFinished{true});
}

void on(const command::ReadStream& c, Call& call, const Dispatch& dispatch, Streams& streams) {
  LiveJob* live = dispatch.find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return call.reply(c.ticket, answer::JobNotLive{});
  streams.read(*live, c);
}

void on(const command::MoveStream& c, Call& call, const Dispatch& dispatch) {
  if (dispatch.find_job(c.stream.job) == nullptr) call.save(record::StreamSaved{c.stream});
  call.reply(c.ticket, answer::Acknowledged{});
}

}  // namespace pilotlight::core
