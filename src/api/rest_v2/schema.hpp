#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

// Tables of fields for the bodies and queries of REST v2. The check of a request and the JSON Schema in
// /v2/openapi.json are both made from the same table.
namespace pilotlight::api::rest_v2 {

enum class Type : std::uint8_t { text, integer, number, flag, list, object, map, variants };

/// A form that a text must have, as a keyword of JSON Schema with its value.
struct Shape {
  std::string_view keyword;  ///< "pattern" or "format"
  std::string_view text;
  bool (*fits)(std::string_view text);
};

struct Field;
struct Variant;

/// A value that is accepted. Constant data without circles: a check is no deeper than the tables.
struct Schema {
  Type type = Type::text;
  std::string_view name = {};  ///< the component's in openapi.json; empty: written where it is used
  bool nullable = false;
  std::string_view minimum = {}, maximum = {};  ///< a number's bounds, in decimal; empty: none
  std::size_t least = 0;  ///< characters of a text, elements of a list, members of an object
  std::span<const std::string_view> choices = {};  ///< a text's values; empty: any
  const Shape* shape = nullptr;                    ///< a text's, or null
  const Schema* items = nullptr;                   ///< elements of a list, values of a map
  bool unique = false;                             ///< elements of a list
  std::span<const Field> fields = {};              ///< an object's members
  bool open = false;                               ///< an object may have other members, too
  std::string_view tag = {};                       ///< the member that tells variants apart
  std::span<const Variant> variants = {};
};

/// An object whose tag has this text.
struct Variant {
  std::string_view tag;
  const Schema* schema;
};

/// The tag that a field's value must have while another member has that text.
struct OnlyVariant {
  std::string_view member, text;
  std::string_view tag;
};

enum class Needed : std::uint8_t { no, yes };

/// A member of an object.
struct Field {
  std::string_view name;
  const Schema* schema;
  Needed needed = Needed::no;
  std::string_view standard = {};  ///< the default, as JSON; empty: none
  std::string_view about = {};
  std::string_view unless = {};    ///< needed where this member is absent
  std::string_view together = {};  ///< comes only with this member
  OnlyVariant only = {};
};

/// The value as JSON Schema; components are referred to by their names.
void write_schema(std::string& out, const Schema& schema);
/// The same of a component itself.
void write_component(std::string& out, const Schema& schema);

/// Calls `found` with each named schema in this one, itself included.
void for_each_component(const Schema& schema, const std::function<void(const Schema&)>& found);

}  // namespace pilotlight::api::rest_v2
