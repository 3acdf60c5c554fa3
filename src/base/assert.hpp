#pragma once

#include <cstdio>
#include <cstdlib>

namespace pilotlight::detail {

[[noreturn]] inline void assertion_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
  std::fflush(stderr);
  std::abort();
}

}  // namespace pilotlight::detail

/// States what must be true whatever the outside world does. Always on: a broken one prints where and aborts,
/// because going on would make a wrong state durable. Never used for input; that is a refusal (error.hpp).
#define ASSERT(condition) \
  ((condition) ? void(0) : ::pilotlight::detail::assertion_failed(#condition, __FILE__, __LINE__))

/// Marks a place that no execution may reach.
#define UNREACHABLE() ::pilotlight::detail::assertion_failed("unreachable", __FILE__, __LINE__)
