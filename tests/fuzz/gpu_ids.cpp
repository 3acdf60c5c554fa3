// GPU ids as people write them.
#include "core/gpu_ids.hpp"

#include <string>
#include <vector>

#include "tests/fuzz/target.hpp"

using namespace pilotlight;

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The entries without their first and last blanks.
std::vector<std::string> entries(std::string_view text) {
  std::vector<std::string> all(1);
  for (const char c : text)
    if (c == ',')
      all.emplace_back();
    else if (!is_blank(c) || !all.back().empty())
      all.back() += c;
  for (std::string& entry : all)
    while (!entry.empty() && is_blank(entry.back())) entry.pop_back();
  return all;
}

bool is_good(std::string_view text) {
  bool names_one = false;
  for (const std::string& entry : entries(text)) {
    if (entry.empty() || entry == "-") return false;
    names_one = names_one || entry[0] != '-';
  }
  return names_one;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto problem = core::invalid_gpu_ids(text);
  ASSERT(problem.has_value() != is_good(text));
  std::string spread = " ";
  for (const char c : text) spread += c == ',' ? std::string(" ,\t") : std::string(1, c);
  ASSERT(core::invalid_gpu_ids(spread + " ") == problem);
  ASSERT(core::invalid_gpu_ids(std::string(text) + ",").has_value());
  ASSERT(problem || !core::invalid_gpu_ids("-NVIDIA L4," + std::string(text)));
  return 0;
}
