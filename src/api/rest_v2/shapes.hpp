#pragma once

#include "api/rest_v2/schema.hpp"

// The patterns of v2, matched by hand: std::regex recurses once a character. Where ECMA-262 and Python read
// a pattern differently (a line end behind `$`, digits of other scripts) ECMA-262 counts.
namespace pilotlight::api::rest_v2 {

extern const Shape cuda_version;           ///< 12.8
extern const Shape cuda_version_or_empty;  ///< the empty text clears the version
extern const Shape cuda_minimum;           ///< 12.8, or 12, which is 12.0
extern const Shape country_code;           ///< two capital letters
extern const Shape gpu_type;               ///< begins with no minus: that would exclude the type
extern const Shape ssh_key;                ///< a line of authorized_keys
extern const Shape date_time;              ///< RFC 3339

}  // namespace pilotlight::api::rest_v2
