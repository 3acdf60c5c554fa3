#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/time.hpp"
#include "domain/ids.hpp"
#include "domain/jobs/job.hpp"

template <class Tag>
struct fmt::formatter<pilotlight::Id<Tag>> : fmt::formatter<std::string_view> {
  auto format(const pilotlight::Id<Tag>& id, fmt::format_context& out) const {
    return fmt::formatter<std::string_view>::format(id.empty() ? "-" : id.view(), out);
  }
};

template <>
struct fmt::formatter<pilotlight::JobId> : fmt::formatter<std::string_view> {
  auto format(const pilotlight::JobId& id, fmt::format_context& out) const {
    return fmt::formatter<std::string_view>::format(id.text(), out);
  }
};

template <>
struct fmt::formatter<pilotlight::JobState> : fmt::formatter<std::string_view> {
  auto format(pilotlight::JobState state, fmt::format_context& out) const {
    return fmt::formatter<std::string_view>::format(pilotlight::wire_name(state), out);
  }
};

template <>
struct fmt::formatter<pilotlight::Timestamp> : fmt::formatter<std::int64_t> {
  auto format(const pilotlight::Timestamp& time, fmt::format_context& out) const {
    return fmt::formatter<std::int64_t>::format(pilotlight::to_ms(time), out);
  }
};

namespace pilotlight::sim {

/// A broken law, thrown by a checker and caught where the seed was started. `law` is its name in
/// docs/laws.md, such as "S3".
struct Violation {
  std::string law;
  std::string text;
};

/// States a law. The arguments are formatted only when it is broken.
template <class... A>
void require(bool holds, const char* law, fmt::format_string<A...> format, A&&... arguments) {
  if (!holds) [[unlikely]]
    throw Violation{law, fmt::format(format, std::forward<A>(arguments)...)};
}

}  // namespace pilotlight::sim
