#pragma once

#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "webhook/sender.hpp"
#include "webhook/testing/receiver.hpp"

namespace pilotlight::webhook::testing {

using namespace std::chrono_literals;

/// A limit that no test reaches, even under a sanitizer on a busy machine.
inline constexpr milliseconds patience{120'000};

/// A sender that may send to this machine.
struct SenderTest : ::testing::Test {
  SenderOptions options{"secret key", true, patience, patience, "Pilotlight/test", system_lookup};
  std::optional<Sender> sender;

  static Post post(std::string url, std::string body = "{}") {
    return {std::move(url), "msg_1", make_body(std::move(body)), 1'700'000'000};
  }
  std::future<Outcome> begin(Post what) {
    if (!sender) sender.emplace(options);
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto future = promise->get_future();
    sender->send(std::move(what), [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return future;
  }
  Outcome send(Post what) { return begin(std::move(what)).get(); }
  Outcome send(const std::string& url) { return send(post(url)); }
};

/// Texts that the detail must hold.
inline bool holds(const Outcome& outcome, std::string_view text) {
  return outcome.detail.find(text) != std::string::npos;
}

}  // namespace pilotlight::webhook::testing
