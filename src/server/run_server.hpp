#pragma once

#include "keeper/wire/link.hpp"
#include "server/config.hpp"

namespace pilotlight::server {

/// The server process, from its start to its end; returns the exit status. The process is the keeper's child
/// in a session of its own, dies with the keeper, and has one thread when this is called. `link` must stay
/// alive until the end. In this order:
///
/// 1. Builds everything from `config`. What fails here is told on standard error with what to do, and the
///    status is not 0: before the first `ready` the keeper then ends with that status instead of trying
///    again.
/// 2. `link.clock->raise(highest time in the store)`; from then on the clock is the control plane's time.
/// 3. `link.keeper->begin(...)`: the reports of the runtime, `drain` and `end_now`, called on the client's
/// own
///    thread from then on. Ends that an earlier server did not forget come first; `Runtime::list` tells who
///    runs. After a restart in the middle of a shutdown `drain` comes at once.
/// 4. Serves connections of `link.listener` (listening, non-blocking, shared with no other server), then
///    `link.keeper->ready(link.clock->base())`.
/// 5. On `drain(left)`: shuts down as documented, then `link.keeper->drained()`, closes, returns 0 within
/// five
///    seconds. On `end_now`: closes and returns 0 within a second; the keeper kills what takes longer.
///
/// It may be killed at any instant. The process exits by itself when the keeper is gone.
int run_server(const ServerConfig& config, keeper::KeeperLink link);

}  // namespace pilotlight::server
