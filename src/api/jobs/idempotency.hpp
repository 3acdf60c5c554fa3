#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "net/message.hpp"

namespace pilotlight::api {

/// The value of the header Idempotency-Key, if it is there.
Result<std::optional<std::string>> idempotency_key_of(const net::Request& request);

}  // namespace pilotlight::api
