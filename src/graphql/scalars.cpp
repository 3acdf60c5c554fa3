#include "graphql/scalars.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "graphql/types.hpp"

namespace pilotlight::graphql {
namespace {

namespace json = boost::json;

constexpr double exact_max = 9007199254740992.0;  // 2^53: up to here a double counts every integer

bool is_int32(double number) {
  return number >= std::numeric_limits<std::int32_t>::min() &&
         number <= std::numeric_limits<std::int32_t>::max();
}

std::optional<double> number_of(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double() && std::isfinite(value.get_double())) return value.get_double();
  return std::nullopt;
}

/// Whole numbers as integers, so that they are written without a fraction or exponent.
json::value number_value(double number) {
  if (std::trunc(number) == number && std::fabs(number) < exact_max) return static_cast<std::int64_t>(number);
  return number;
}

template <class Shown>
Coerced cannot(std::string_view what, const Shown& value) {
  return {std::nullopt, fmt::format("{}: {}", what, inspected(value))};
}

Coerced int_from(const json::value& value) {
  const std::optional<double> number = number_of(value);
  if (!number || std::trunc(*number) != *number)
    return cannot("Int cannot represent non-integer value", value);
  if (!is_int32(*number)) return cannot("Int cannot represent non 32-bit signed integer value", value);
  return {number_value(*number), {}};
}

Coerced float_from(const json::value& value) {
  const std::optional<double> number = number_of(value);
  if (!number) return cannot("Float cannot represent non numeric value", value);
  return {value.is_double() ? number_value(*number) : value, {}};
}

bool is_whole(const json::value& value) {
  return value.is_int64() || value.is_uint64();
}

/// JSON does not tell 5.0 from 5.
Coerced id_from(const json::value& number) {
  const json::value whole = number_value(number.get_double());
  if (!is_whole(whole)) return cannot("ID cannot represent value", number);
  return {json::string(inspected(whole)), {}};
}

Coerced enum_from_name(const ast::TypeDefinition& type, std::string_view name) {
  if (find_named(type.values, name) != nullptr) return {json::string(name), {}};
  std::vector<std::string_view> names;
  for (const ast::EnumValue& value : type.values) names.push_back(value.name);
  const std::string shown = inspected(json::value(json::string(name)));
  return {std::nullopt, fmt::format("Value {} does not exist in \"{}\" enum.{}", shown, type.name,
                                    did_you_mean(name, names, "the enum value "))};
}

std::optional<double> parsed(const std::string& text) {
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What a literal means where any JSON may stand; a variable that is absent is null.
json::value any_from(const ast::Value& literal, const json::object& variables) {
  switch (literal.kind) {
    case ast::ValueKind::null: return nullptr;
    case ast::ValueKind::boolean: return literal.text == "true";
    case ast::ValueKind::string:
    case ast::ValueKind::enumeration: return json::string(literal.text);
    case ast::ValueKind::integer:
    case ast::ValueKind::floating: {
      const std::optional<double> number = parsed(literal.text);
      return number ? number_value(*number) : json::value(json::string(literal.text));
    }
    case ast::ValueKind::variable: {
      const json::value* found = variables.if_contains(literal.text);
      return found == nullptr ? json::value() : *found;
    }
    case ast::ValueKind::list: {
      json::array items;
      for (const ast::Value& item : literal.items) items.push_back(any_from(item, variables));
      return items;
    }
    case ast::ValueKind::object: {
      json::object fields;
      for (const ast::Argument& field : literal.fields) {
        const bool absent =
            field.value.kind == ast::ValueKind::variable && !variables.contains(field.value.text);
        if (!absent) fields[field.name] = any_from(field.value, variables);
      }
      return fields;
    }
  }
  return nullptr;
}

Coerced number_from_literal(const ast::TypeDefinition& type, const ast::Value& literal) {
  const bool whole = literal.kind == ast::ValueKind::integer;
  const bool numeric = whole || literal.kind == ast::ValueKind::floating;
  const std::optional<double> number = numeric ? parsed(literal.text) : std::nullopt;
  if (type.name == "Float") {
    if (!number) return cannot("Float cannot represent non numeric value", literal);
    return {number_value(*number), {}};
  }
  if (!whole) return cannot("Int cannot represent non-integer value", literal);
  if (!number || !is_int32(*number))
    return cannot("Int cannot represent non 32-bit signed integer value", literal);
  return {number_value(*number), {}};
}

Coerced enum_from_literal(const ast::TypeDefinition& type, const ast::Value& literal) {
  if (literal.kind == ast::ValueKind::enumeration) return enum_from_name(type, literal.text);
  std::vector<std::string_view> names;
  for (const ast::EnumValue& value : type.values) names.push_back(value.name);
  const std::string shown = inspected(literal);
  return {std::nullopt, fmt::format("Enum \"{}\" cannot represent non-enum value: {}.{}", type.name, shown,
                                    did_you_mean(shown, names, "the enum value "))};
}

}  // namespace

Coerced leaf_from_literal(const ast::TypeDefinition& type, const ast::Value& literal,
                          const json::object& variables) {
  if (type.kind == ast::TypeKind::enumeration) return enum_from_literal(type, literal);
  if (type.name == "Int" || type.name == "Float") return number_from_literal(type, literal);
  const bool text = literal.kind == ast::ValueKind::string;
  if (type.name == "String") {
    if (!text) return cannot("String cannot represent a non string value", literal);
    return {json::string(literal.text), {}};
  }
  if (type.name == "ID") {
    if (!text && literal.kind != ast::ValueKind::integer) {
      return cannot("ID cannot represent a non-string and non-integer value", literal);
    }
    return {json::string(literal.text), {}};
  }
  if (type.name == "Boolean") {
    if (literal.kind != ast::ValueKind::boolean)
      return cannot("Boolean cannot represent a non boolean value", literal);
    return {json::value(literal.text == "true"), {}};
  }
  return {any_from(literal, variables), {}};
}

Coerced leaf_from_json(const ast::TypeDefinition& type, const json::value& value) {
  if (type.kind == ast::TypeKind::enumeration) {
    if (value.is_string()) return enum_from_name(type, value.get_string());
    return {std::nullopt,
            fmt::format("Enum \"{}\" cannot represent non-string value: {}.", type.name, inspected(value))};
  }
  if (type.name == "Int") return int_from(value);
  if (type.name == "Float") return float_from(value);
  if (type.name == "String" && !value.is_string())
    return cannot("String cannot represent a non string value", value);
  if (type.name == "Boolean" && !value.is_bool())
    return cannot("Boolean cannot represent a non boolean value", value);
  if (type.name == "ID" && value.is_double()) return id_from(value);
  if (type.name == "ID" && is_whole(value)) return {json::string(inspected(value)), {}};
  if (type.name == "ID" && !value.is_string()) return cannot("ID cannot represent value", value);
  return {value, {}};
}

Coerced leaf_for_response(const ast::TypeDefinition& type, const json::value& value) {
  if (type.kind == ast::TypeKind::enumeration) {
    if (value.is_string() && find_named(type.values, value.get_string()) != nullptr) return {value, {}};
    return {std::nullopt, fmt::format("Enum \"{}\" cannot represent value: {}", type.name, inspected(value))};
  }
  if (type.name == "Int") return int_from(value);
  if (type.name == "Float") return float_from(value);
  const bool text = type.name == "String" || type.name == "ID";
  if (text && is_whole(value)) return {json::string(inspected(value)), {}};
  if (type.name == "String" && (value.is_bool() || value.is_double()))
    return {json::string(inspected(value)), {}};
  if (type.name == "String" && !value.is_string()) return cannot("String cannot represent value", value);
  if (type.name == "ID" && !value.is_string()) return cannot("ID cannot represent value", value);
  if (type.name == "Boolean" && !value.is_bool())
    return cannot("Boolean cannot represent a non boolean value", value);
  return {value, {}};
}

}  // namespace pilotlight::graphql
