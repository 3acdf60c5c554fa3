#pragma once

#include "api/rest_v2/schema.hpp"
#include "api/rest_v2/shapes.hpp"

/// Schemas of plain values, for the tables of bodies, queries and answers.
namespace pilotlight::api::rest_v2::values {

inline constexpr Schema text{.type = Type::text};
inline constexpr Schema filled_text{.type = Type::text, .least = 1};
inline constexpr Schema text_or_null{.type = Type::text, .nullable = true};
inline constexpr Schema date{.type = Type::text, .shape = &date_time};
inline constexpr Schema flag{.type = Type::flag};
inline constexpr Schema number{.type = Type::number};
inline constexpr Schema whole_number{.type = Type::integer};
inline constexpr Schema from_0{.type = Type::integer, .minimum = "0"};
inline constexpr Schema from_1{.type = Type::integer, .minimum = "1"};
inline constexpr Schema from_2{.type = Type::integer, .minimum = "2"};
inline constexpr Schema from_10{.type = Type::integer, .minimum = "10"};
inline constexpr Schema texts{.type = Type::list, .items = &text};
inline constexpr Schema some_texts{.type = Type::list, .least = 1, .items = &text};
inline constexpr Schema text_map{.type = Type::map, .items = &text};
/// An object of which nothing is known, and a list of such.
inline constexpr Schema thing{.type = Type::object, .open = true};
inline constexpr Schema things{.type = Type::list, .items = &thing};

}  // namespace pilotlight::api::rest_v2::values
