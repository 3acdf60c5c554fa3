#pragma once

#include <string>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

/// The name under which a client may repeat a request, and what the request says.
struct IdempotencyKey {
  std::string text;
  std::string body_sha256;  ///< 32 bytes

  friend bool operator==(const IdempotencyKey&, const IdempotencyKey&) = default;
};

/// What the first request under a key became. Only the store and the doors know of it.
struct Idempotency {
  EndpointId endpoint;
  IdempotencyKey key;
  JobId job;
  Timestamp expires{};  ///< then the key is free; the job's own row may have expired before

  friend bool operator==(const Idempotency&, const Idempotency&) = default;
};

}  // namespace pilotlight
