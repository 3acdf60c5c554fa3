#pragma once

#include <spdlog/spdlog.h>

#include <string_view>
#include <utility>

namespace pilotlight::log {

/// One line: a stable event name, then fields as key=value in the caller's format. Any thread. Secrets never
/// enter a log: no keys, tokens, environment values, webhook URLs or bodies.
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::info(format, std::forward<Args>(args)...);
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::warn(format, std::forward<Args>(args)...);
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::error(format, std::forward<Args>(args)...);
}

}  // namespace pilotlight::log
