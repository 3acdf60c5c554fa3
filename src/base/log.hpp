#pragma once

#include <fmt/core.h>

#include <cstdint>

namespace pilotlight::log {

enum class Level : std::uint8_t { info, warn, error };

/// Writes one line at its level. At most ten lines of one format are written in a second; the rest is counted
/// and reported as "EVENT: N more like it". Arguments are formatted only for a line that is written. Not a
/// template, so that those who log do not compile the formatter.
void write(Level level, fmt::string_view format, fmt::format_args args);

/// Writes how many lines were left out, of formats whose second is over. Every line does so as well: call
/// this now and then, for the time in which no other line comes.
void tell_repeated();

/// Lets every line written so far reach its place. Nothing is logged afterwards.
void close();

/// One line: a stable event name, then fields as key=value in the caller's format. Any thread. Secrets never
/// enter a log: no keys, tokens, environment values, webhook URLs or bodies.
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, format, fmt::make_format_args(args...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warn, format, fmt::make_format_args(args...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, format, fmt::make_format_args(args...));
}

}  // namespace pilotlight::log
