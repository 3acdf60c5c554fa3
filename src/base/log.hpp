#pragma once

#include <fmt/core.h>

#include <cstdint>

namespace pilotlight::log {

enum class Level : std::uint8_t { info, warn, error };

/// One finished line at its level; the arguments are formatted only if the line is written. Of one format ten
/// lines a second are written, the rest is counted: "EVENT: N more like it". Not a template, so that those
/// who log do not compile the formatter.
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
