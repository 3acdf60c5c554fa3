#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::service {

inline constexpr std::size_t substituted_value_max =
    128 * 1024;  ///< bytes; Linux starts nothing with a longer one
inline constexpr std::size_t substituted_bytes_max = 2 * 1024 * 1024;  ///< bytes in all values with secrets

/// The value of the secret of this name. Error: why there is none.
using FindSecret = std::function<Result<std::string>(std::string_view name)>;

/// Variables in whose values each {{ RUNPOD_SECRET_name }} has given way to the secret of that name.
struct Substituted {
  Environment variables;
  std::vector<std::string> hidden;  ///< the secrets, and the values with them: they must not appear in a log
  std::string note;                 ///< why some have not; empty: all have
};

/// Puts secrets into the values of variables. What stands in a secret is taken as it is. A value whose
/// secret cannot be found, or that would become too long, stays as it is.
Substituted with_secrets(Environment variables, const FindSecret& find);

}  // namespace pilotlight::service
