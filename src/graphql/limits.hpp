#pragma once

#include <cstddef>
#include <cstdint>

namespace pilotlight::graphql {

/// What a document may ask of this process. A document over a limit is refused with an error that names it.
struct Limits {
  std::size_t bytes_max = 1024 * 1024;  ///< bytes in the source text
  std::size_t tokens_max = 20'000;      ///< without comments
  std::size_t depth_max = 200;       ///< nested selections, values or types; also after fragments are spread
  std::size_t fields_max = 10'000;   ///< fields in all operations, after fragments are spread
  std::size_t roots_max = 100;       ///< root fields of the operation that runs
  std::size_t values_max = 250'000;  ///< values in the response: fields, items of lists, and their arguments
  std::size_t text_bytes_max = 16 * 1024 * 1024;  ///< bytes in all texts of the response and its arguments
};

/// Where something starts in a source text; both count from 1, columns in UTF-16 units.
struct Location {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  friend bool operator==(const Location&, const Location&) = default;
};

}  // namespace pilotlight::graphql
