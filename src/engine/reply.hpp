#pragma once

#include <vector>

#include "base/body.hpp"
#include "domain/answer.hpp"
#include "domain/ids.hpp"

namespace pilotlight::engine {

/// The answer to one command, with the bodies it names, in order:
///   JobsTaken: input and extras of each job (two a job, null where there is none);
///   JobEnded:  the result;   JobLive: the progress value;   StreamChunks: the chunk, if one came this
///   moment; every other answer: none.
/// A body that the store no longer has is null.
struct Reply {
  Ticket ticket = ticket_none;
  Answer answer;
  std::vector<Body> bodies;
};

}  // namespace pilotlight::engine
