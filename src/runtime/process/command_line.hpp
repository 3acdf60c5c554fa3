#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::runtime {

/// The words of a template's command (dockerArgs). Text that begins with `{` is a JSON object with the lists
/// "entrypoint" and "cmd", whose words are taken as they are, in that order; text that begins with `[` is
/// such a list alone. Any other text is split at white space as a POSIX shell splits it: 'single quotes' keep
/// everything, "double quotes" keep everything but
/// \" \\ \$ \`, a backslash outside quotes keeps the next character, backslash and newline vanish. No shell
/// is involved: variables, wildcards, pipes and redirections mean nothing. Refuses open quotes, and a command
/// without words.
Result<std::vector<std::string>> parse_command(std::string_view text);

}  // namespace pilotlight::runtime
