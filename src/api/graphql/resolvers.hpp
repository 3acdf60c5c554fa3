#pragma once

#include <any>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "api/graphql/catalog.hpp"
#include "base/assert.hpp"
#include "graphql/schema.hpp"

namespace pilotlight::api {

/// The source of every response: complete() hands it to the resolvers.
inline const Catalog& catalog_in(const std::any& source) {
  return *std::any_cast<const std::shared_ptr<const Catalog>&>(source);
}

/// Registers resolvers of one type of the schema.
class Resolvers {
 public:
  Resolvers(graphql::Schema& schema, std::string type) : schema_(schema), type_(std::move(type)) {}

  /// `show` takes the Catalog, the parent and the arguments.
  template <class Show>
  void add(std::string_view field, Show show) {
    const auto resolve = [show](const boost::json::value& parent, const boost::json::object& arguments,
                                const std::any& source) -> boost::json::value {
      return show(catalog_in(source), parent, arguments);
    };
    place(field, resolve);
  }

  /// `show` takes the parent alone.
  template <class Show>
  void add_plain(std::string_view field, Show show) {
    const auto resolve = [show](const boost::json::value& parent, const boost::json::object&,
                                const std::any&) -> boost::json::value { return show(parent); };
    place(field, resolve);
  }

  /// Fields that have the same value in every object.
  void add_constant(std::initializer_list<std::string_view> fields, const boost::json::value& value) {
    for (const std::string_view field : fields)
      add_plain(field, [value](const boost::json::value&) { return value; });
  }

 private:
  void place(std::string_view field, graphql::FieldResolver resolve) {
    const bool placed = schema_.resolve(type_ + "." + std::string(field), std::move(resolve));
    ASSERT(placed);
  }

  graphql::Schema& schema_;
  const std::string type_;
};

}  // namespace pilotlight::api
