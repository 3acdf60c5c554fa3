#pragma once

#include <boost/container/small_vector.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::net {

/// Percent-decoding; with `plus_is_space` as query strings have it. nullopt for a '%' without two hex digits.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

using PathSegments = boost::container::small_vector<std::string_view, 8>;

/// The segments of a path between slashes, without the leading one: "/v2/a" gives "v2", "a".
PathSegments path_segments(std::string_view path);

}  // namespace pilotlight::net
