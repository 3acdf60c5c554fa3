#pragma once

#include "core/accounts.hpp"
#include "core/credentials.hpp"
#include "core/dispatch.hpp"

namespace pilotlight::core {

/// Everything the control plane knows: its parts, each after those that it uses.
struct State {
  State(const Limits& bounds, std::uint64_t seed)
      : limits(bounds), dispatch(limits, seed, call, deadlines, waiters, streams, webhooks, definitions) {}

  const Limits limits;
  Call call;
  Deadlines deadlines;
  Waiters waiters{call, deadlines};
  Streams streams{limits, call, waiters};
  Webhooks webhooks{limits, call, deadlines};
  Definitions definitions;
  Accounts accounts;
  Credentials credentials;
  Dispatch dispatch;
};

}  // namespace pilotlight::core
