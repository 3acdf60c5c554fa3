#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

//   open --attempt answered 2xx--> delivered
//    |  '-- else, again later
//    '----- after the last attempt --> given_up
enum class WebhookState : std::uint8_t { open = 0, delivered = 1, given_up = 2 };

/// The end of a job, on its way to the URL that the client gave. One a job: the next end after a retry takes
/// the place of the one before.
struct Webhook {
  JobId job;
  EndpointId endpoint;
  Timestamp outcome{};  ///< FinalJob::finished; with the job it names what is told
  WebhookState state = WebhookState::open;
  std::uint32_t attempts = 0;  ///< that have ended
  Timestamp due{};             ///< time of the next attempt, while it is open

  friend bool operator==(const Webhook&, const Webhook&) = default;
};

/// What came of one attempt.
struct WebhookAttempt {
  Timestamp ended{};
  std::uint16_t status = 0;  ///< status of the HTTP answer; 0: there was none
  std::string detail;        ///< why it was no success; bounded, without secrets

  bool succeeded() const { return status >= 200 && status < 300; }
  friend bool operator==(const WebhookAttempt&, const WebhookAttempt&) = default;
};

}  // namespace pilotlight
