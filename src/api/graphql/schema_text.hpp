#pragma once

#include <string_view>

namespace pilotlight::api {

/// The types of the GraphQL interface (control plane reference 1.3-1.6). Input fields have no defaults here:
/// what an update does not name stays, and the defaults of a new endpoint are those of domain/endpoint.hpp.
extern const std::string_view graphql_schema_text;

}  // namespace pilotlight::api
