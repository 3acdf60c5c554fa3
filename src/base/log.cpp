#include "base/log.hpp"

#include <spdlog/spdlog.h>

#include "base/assert.hpp"

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

}  // namespace

void write(Level level, fmt::string_view format, fmt::format_args args) {
  spdlog::logger* const logger = spdlog::default_logger_raw();
  if (logger == nullptr || !logger->should_log(spdlog_level(level))) return;
  logger->log(spdlog_level(level), fmt::vformat(format, args));
}

void close() {
  spdlog::shutdown();
}

}  // namespace pilotlight::log
