#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/error.hpp"

/// The answers that belong to no concern.
namespace pilotlight::answer {

struct Refused {
  static constexpr std::uint8_t wire = 0;
  Errc code = Errc::internal;
  std::string message;
};

struct Acknowledged {
  static constexpr std::uint8_t wire = 1;
};

/// Nothing to say this time (HTTP 204).
struct NoJob {
  static constexpr std::uint8_t wire = 14;
};

/// The asker went away before there was an answer.
struct Abandoned {
  static constexpr std::uint8_t wire = 17;
};

}  // namespace pilotlight::answer

namespace pilotlight {

using PlainAnswers = std::variant<answer::Refused, answer::Acknowledged, answer::NoJob, answer::Abandoned>;

}  // namespace pilotlight
