#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "net/handler.hpp"

namespace pilotlight::api {

/// The callers that a door lets in.
enum class Access : std::uint8_t {
  everybody,  ///< no key is asked for
  workers,    ///< the worker of the token in the URL
  jobs_keys,  ///< keys of both roles; one that names endpoints, only for those
  all_keys,   ///< keys of the role all
};

/// A route, and who may come through it. There is none without the second.
struct Door {
  Door(Access who, net::Route to) : access(who), route(std::move(to)) {}

  Access access;  ///< the route's handler sees to it
  net::Route route;
};

}  // namespace pilotlight::api
