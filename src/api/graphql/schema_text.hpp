#pragma once

#include <string_view>

namespace pilotlight::api {

/// The types of the GraphQL interface (docs/protocol.md 11.2). Input fields have no defaults here: what an
/// update does not name stays, and the defaults of a new endpoint are those of
/// domain/definitions/endpoint.hpp.
extern const std::string_view graphql_schema_text;

}  // namespace pilotlight::api
