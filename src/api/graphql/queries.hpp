#pragma once

#include "api/graphql/catalog.hpp"
#include "graphql/graphql.hpp"

/// The root fields of queries.
namespace pilotlight::api {

enum class Caller : std::uint8_t { nobody, account };

/// Whether each root field of the schema's queries is known here.
bool knows_all_queries(const graphql::Schema& schema);

/// Whether a root field of the query shows definitions, so that they must be read.
bool shows_definitions(const graphql::Prepared& prepared);

/// The value of a root field. A caller without a key gets null from fields that need one.
graphql::RootResult find_root(const Catalog& definitions, const graphql::RootField& field, Caller caller);

}  // namespace pilotlight::api
