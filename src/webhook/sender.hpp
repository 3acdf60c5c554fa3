#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/body.hpp"
#include "base/time.hpp"
#include "webhook/lookups.hpp"

namespace pilotlight::webhook {

/// A message for a receiver, sent once.
struct Post {
  std::string url;             ///< as its owner wrote it; any text
  std::string id;              ///< names the delivery: the same in every attempt; printable ASCII
  Body body;                   ///< JSON; null is an empty one
  std::int64_t timestamp = 0;  ///< time of this attempt, in seconds since 1970
};

/// What came of a Post.
struct Outcome {
  int status = 0;  ///< status of the receiver's answer; 0: there was none
  /// Why there was none, or the beginning of an answer other than 2xx: one line of printable ASCII, at most
  /// 300 characters, without the URL's query and user info.
  std::string detail;
};

struct SenderOptions {
  std::string secret;               ///< raw key of the signature
  bool allow_internal = false;      ///< also to addresses that is_internal() (address_guard.hpp) holds for
  milliseconds connect_max{5'000};  ///< for each address of the receiver
  milliseconds total_max{30'000};   ///< for the whole exchange, the lookup of the name included
  std::string user_agent;
  Lookups::Resolve resolve = system_lookup;  ///< looks up names; called on threads of its own
};

/// Sends Posts, any number at a time, over HTTP/1.1 with a connection each; TLS trusts the system's
/// authorities (or SSL_CERT_FILE's). Redirects are answers like others; proxies of the environment are not
/// used. Signed as the Standard Webhooks specification says. One thread of its own.
class Sender {
 public:
  explicit Sender(SenderOptions options);
  /// Ends what is under way with status 0; every `done` has returned then. Not from within a `done`.
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// Any thread. `done` is called once, on the sender's thread.
  void send(Post post, std::function<void(Outcome)> done);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pilotlight::webhook
