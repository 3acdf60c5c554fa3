#pragma once

#include <string>
#include <string_view>

namespace pilotlight::dev {

/// The text without what would move a terminal's cursor, change its colours or ring its bell: escape
/// sequences and control characters go, of a line that was written over itself by carriage returns the last
/// state stays.
std::string printable(std::string_view text);

/// At most `columns` characters; one that is cut ends in "…".
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace pilotlight::dev
