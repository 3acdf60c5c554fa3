#include "core/gpu_ids.hpp"

#include <algorithm>

#include "base/comma_list.hpp"

namespace pilotlight::core {

std::optional<std::string> invalid_gpu_ids(std::string_view text) {
  bool names_one = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view token = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    if (token.empty())
      return "gpuIds must not have an empty entry; separate entries by one comma, as in \"AMPERE_16,ADA_24\"";
    if (trimmed(token.substr(1)).empty() && token.front() == '-')
      return "gpuIds has a - without a GPU type; write the excluded type behind it, as in \"ADA_24,-NVIDIA "
             "L4\"";
    names_one = names_one || token.front() != '-';
  }
  if (names_one) return std::nullopt;
  return "gpuIds must not only exclude GPU types; name a pool or a type, as in \"ADA_24,-NVIDIA L4\"";
}

}  // namespace pilotlight::core
