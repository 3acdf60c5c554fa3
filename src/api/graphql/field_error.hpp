#pragma once

#include <string>

#include "api/responses.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::api {

/// The error of a field, with the code that RunPod's clients know.
inline graphql::FieldError field_error(const Error& error) {
  return {error.message, std::string(graphql_code(error.code))};
}

}  // namespace pilotlight::api
