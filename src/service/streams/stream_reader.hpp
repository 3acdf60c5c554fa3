#pragma once

#include <optional>
#include <vector>

#include "domain/jobs/stream.hpp"
#include "service/jobs/find.hpp"

namespace pilotlight::service {

/// Reads a job's stream to the job's end, from a place of its own: other readers and `/stream` polls take
/// nothing from it.
class StreamReader {
 public:
  /// `position`: what the reader has already; default: nothing. Context and exchange outlive it.
  StreamReader(Context& context, Exchange& exchange, Target target, StreamPosition position)
      : context_(context), exchange_(exchange), target_(target), position_(position) {}

  enum class Found : std::uint8_t { chunks, end, no_job, hang_up, unreadable };
  struct Step {
    Found found = Found::chunks;
    JobState state = JobState::in_queue;  ///< the state of a job that is there
    bool began_anew = false;              ///< the chunks so far are void: these are of another run
    std::vector<Body> chunks{};           ///< none: the hold was over
    Body result{};                        ///< at the end; as FinalJob::result, null if there is none
    std::string problem{};                ///< unreadable: what cannot be read, and why
  };

  /// What comes next; waits `hold` for it. Nothing comes after the end, or after what cannot be read.
  awaitable<Step> next(milliseconds hold);

  /// So much was read.
  StreamPosition position() const { return position_; }
  const Target& target() const { return target_; }
  /// Present at the end.
  const std::optional<FinalJob>& final_job() const { return final_; }

 private:
  awaitable<Step> live_step(answer::StreamChunks told, std::vector<Body> bodies);
  awaitable<Step> final_step();
  static Step unreadable(const Error& error) {
    return {.found = Found::unreadable, .problem = error.message};
  }
  awaitable<Result<void>> look_into_store();
  bool enter_run(std::uint32_t run);

  Context& context_;
  Exchange& exchange_;
  const Target target_;
  StreamPosition position_;
  std::optional<FinalJob> final_;
  StreamState stored_;  ///< stream of the final job
};

}  // namespace pilotlight::service
