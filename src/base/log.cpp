#include "base/log.hpp"

#include <spdlog/spdlog.h>

#include <map>
#include <mutex>

#include "base/assert.hpp"
#include "base/repeated_lines.hpp"

namespace pilotlight::log {

namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  UNREACHABLE();
}

/// The lines of this process that repeat.
struct Repeats {
  std::mutex mutex;
  RepeatedLines lines;
  std::map<std::string_view, Level> levels;  ///< levels of the formats that were counted

  void tell(spdlog::logger& logger, RepeatedLines::Time now) {
    for (const auto& [format, count] : lines.take_counts(now))
      logger.log(spdlog_level(levels.at(format)),
                 fmt::format("{}: {} more like it", format.substr(0, format.find(' ')), count));
  }
};

Repeats& repeats() {
  static auto* const all = new Repeats;  // lines may be written until the very end
  return *all;
}

}  // namespace

void write(Level level, fmt::string_view format, fmt::format_args args) {
  spdlog::logger* const logger = spdlog::default_logger_raw();
  if (logger == nullptr || !logger->should_log(spdlog_level(level))) return;
  {
    const std::string_view name(format.data(), format.size());
    Repeats& all = repeats();
    const std::lock_guard lock(all.mutex);
    const auto now = std::chrono::steady_clock::now();
    all.tell(*logger, now);
    if (!all.lines.admit(name, now)) {
      all.levels.emplace(name, level);
      return;
    }
  }
  logger->log(spdlog_level(level), fmt::vformat(format, args));
}

void tell_repeated() {
  if (spdlog::logger* const logger = spdlog::default_logger_raw()) {
    const std::lock_guard lock(repeats().mutex);
    repeats().tell(*logger, std::chrono::steady_clock::now());
  }
}

void close() {
  if (spdlog::logger* const logger = spdlog::default_logger_raw()) {
    const std::lock_guard lock(repeats().mutex);
    repeats().tell(*logger, RepeatedLines::Time::max());
  }
  spdlog::shutdown();
}

}  // namespace pilotlight::log
