#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

namespace pilotlight::api {

/// The value that Python prints as this text, such as {'message': "it's full", 'code': None}; nullopt for
/// what has no counterpart in JSON, is nested deeper than 32, or is no literal at all.
std::optional<boost::json::value> parse_python_literal(std::string_view text);

}  // namespace pilotlight::api
