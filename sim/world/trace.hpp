#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <deque>
#include <string>

#include "base/time.hpp"
#include "sim/world/violation.hpp"

namespace pilotlight::sim {

/// The last lines of what happened, for the person who replays a seed. Costs nothing while off.
class Trace {
 public:
  explicit Trace(std::size_t lines_max) : lines_max_(lines_max) {}

  bool on() const { return lines_max_ > 0; }

  template <class... A>
  void note(Timestamp now, fmt::format_string<A...> format, A&&... arguments) {
    if (!on()) return;
    if (lines_.size() == lines_max_) lines_.pop_front();
    lines_.push_back(fmt::format("{:>10} ", to_ms(now) % 10'000'000'000) +
                     fmt::format(format, std::forward<A>(arguments)...));
  }

  void print(std::FILE* out) const {
    for (const std::string& line : lines_) std::fprintf(out, "%s\n", line.c_str());
  }

 private:
  std::size_t lines_max_;
  std::deque<std::string> lines_;
};

}  // namespace pilotlight::sim
