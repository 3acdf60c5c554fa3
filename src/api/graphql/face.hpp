#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>
#include <tuple>

#include "api/graphql/faces.hpp"
#include "api/graphql/formats.hpp"
#include "domain/definitions/fields.hpp"

/// A face of an entity is a std::tuple with one Shown for each field that the GraphQL interface shows and
/// takes. The fields themselves are those of a table in domain/.
namespace pilotlight::api::face {

/// `Change`: the member of the patch, which names the field.
template <auto Change, class Format>
struct Shown {
  std::string_view name;  ///< the member of the type and of the input object

  /// Reads the member into the patch, if the input has it.
  template <const auto& Fields, class Entity, class Patch>
  std::optional<Error> read(const boost::json::object& input, const Entity& defaults, Patch& patch) const {
    const boost::json::value* given = input.if_contains(name);
    if (given == nullptr) return std::nullopt;
    return Format::read(*given, field_of<Change, Fields>().of(defaults), patch.*Change);
  }

  template <const auto& Fields, class Entity>
  static boost::json::value show(const Entity& entity) {
    return Format::write(field_of<Change, Fields>().of(entity));
  }
};

template <auto Change, class Format = Plain>
constexpr Shown<Change, Format> shown(std::string_view name) {
  return {name};
}

/// Reads the coerced fields of an input object into a patch, in the face's order, up to the first that is
/// refused. An absent one stays absent, null means the default.
template <const auto& Fields, class Entity, class Face, class Patch>
std::optional<Error> read_by(const Face& face, const boost::json::object& input, Patch& patch) {
  const Entity defaults;
  std::optional<Error> problem;
  const auto refuses = [&](const auto& row) {
    problem = row.template read<Fields>(input, defaults, patch);
    return problem.has_value();
  };
  (void)std::apply([&](const auto&... row) { return (refuses(row) || ...); }, face);
  return problem;
}

/// The fields of an entity by their names, each with the function that shows it.
template <const auto& Fields, class Entity, class Face>
std::vector<ShownField<Entity>> fields_of(const Face& face) {
  const auto all = [](const auto&... row) {
    return std::vector<ShownField<Entity>>{{row.name, row.template show<Fields, Entity>}...};
  };
  return std::apply(all, face);
}

}  // namespace pilotlight::api::face
