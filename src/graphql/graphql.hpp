#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphql/limits.hpp"
#include "graphql/schema.hpp"

/// The GraphQL language (October 2021): a document is prepared against a schema, the caller finds the values
/// of the root fields in any way and at any time it likes, and the response is completed from them.
namespace pilotlight::graphql {

/// Why a request cannot be executed. `code` is `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`,
/// `BAD_USER_INPUT` (variables) or `OPERATION_RESOLUTION_FAILURE` (which operation is meant).
struct RequestError {
  std::string message;
  std::vector<Location> locations;
  std::string code;
};

enum class OperationKind : std::uint8_t { query, mutation, subscription };

/// One field that the caller is to resolve; mutations in this order, one after the other.
struct RootField {
  std::string response_key;       ///< the alias, or else the name
  std::string field_name;         ///< the field of the root type
  boost::json::object arguments;  ///< checked and coerced; what was not given and has no default is absent
  Location location;
};

struct Plan;

/// A request that is ready to run, or the reasons why it is not. Refers to its schema, which must live
/// longer.
struct Prepared {
  std::vector<RequestError>
      errors;  ///< when not empty, nothing below means anything and the HTTP status is 400
  OperationKind operation = OperationKind::query;
  std::vector<RootField> roots;      ///< without `__typename`
  std::shared_ptr<const Plan> plan;  ///< for complete()

  bool ok() const { return errors.empty(); }
  int http_status() const { return errors.empty() ? 200 : 400; }
};

/// Why one field has no value; ends up in the response with the field's path and location.
struct FieldError {
  std::string message;
  std::string code = "INTERNAL_SERVER_ERROR";
};

/// What the caller found for one root field: the whole tree of the field's type (members that nobody selected
/// are ignored), what stands for it or for parts of it, or an error.
struct RootResult {
  boost::json::value value;
  std::optional<FieldError> error;

  RootResult(boost::json::value found) : value(std::move(found)) {}  // NOLINT: meant to convert
  RootResult(FieldError refused) : error(std::move(refused)) {}      // NOLINT: meant to convert
};

/// Parses, validates, selects the operation (an empty name: the only one) and coerces the variables. Words
/// errors as graphql-js 16 does. A `String` variable may stand where an `ID` is expected and vice versa.
Prepared prepare(const Schema& schema, std::string_view query, std::string_view operation_name,
                 const boost::json::object& variables, const Limits& limits = {});

/// Whether the document of a request that is ok has a field of one of these names anywhere, so that the
/// response may have it.
bool mentions(const Prepared& prepared, std::initializer_list<std::string_view> fields);

/// The coerced arguments of a field of `type` wherever the document has a field of that name; where they
/// cannot be coerced, they are left out. nullopt: there are more than `most`.
std::optional<std::vector<boost::json::object>> arguments_of(const Prepared& prepared, std::string_view type,
                                                             std::string_view field, std::size_t most);

/// The response as JSON: `data`, and `errors` only if there are any. `results` are those of `prepared.roots`,
/// one for each, in the same order; `prepared` must be ok. The schema's resolvers get `source`.
std::string complete(const Prepared& prepared, const std::vector<RootResult>& results,
                     const std::any& source = {});

/// The response object for a request that is not ok: `errors` alone.
boost::json::object refused(const Prepared& prepared);

}  // namespace pilotlight::graphql
