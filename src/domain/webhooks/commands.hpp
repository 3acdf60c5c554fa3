#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight::command {

/// An attempt has ended. Reported any number of times, and perhaps too late. No answer.
struct WebhookTried {
  static constexpr std::uint8_t wire = 31;
  JobId job;
  Timestamp outcome{};
  std::uint32_t attempt = 0;  ///< as in effect SendWebhook
  std::uint16_t status = 0;   ///< status of the HTTP answer; 0: there was none
  std::string detail;         ///< bounded, without secrets
};

}  // namespace pilotlight::command

namespace pilotlight {

using WebhookCommands = std::variant<command::WebhookTried>;

}  // namespace pilotlight
