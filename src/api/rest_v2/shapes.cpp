#include "api/rest_v2/shapes.hpp"

#include <algorithm>

#include "api/date_time.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the digits off the beginning; false if there are none.
bool take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const bool any = end != text.begin();
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return any;
}

bool is_cuda_version(std::string_view text) {
  if (!take_digits(text) || !text.starts_with('.')) return false;
  text.remove_prefix(1);
  return take_digits(text) && text.empty();
}

bool is_cuda_minimum(std::string_view text) {
  const std::string_view full = text;
  return (take_digits(text) && text.empty()) || is_cuda_version(full);
}

bool is_country_code(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_cuda_version_or_empty(std::string_view text) {
  return text.empty() || is_cuda_version(text);
}

/// The bytes of the white space at the beginning, as ECMA-262 has \s; 0 if none is there.
std::size_t space_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (static_cast<unsigned char>(c) < 0x80) return 0;
  for (const std::string_view space :
       {"\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
        "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"})
    if (text.starts_with(space)) return space.size();
  return 0;
}

bool is_gpu_type(std::string_view text) {
  while (const std::size_t space = space_bytes(text)) text.remove_prefix(space);
  return !text.empty() && text.front() != '-';
}

/// Takes the characters before the next white space off the beginning; false if there are none.
bool take_word(std::string_view& text) {
  const std::size_t before = text.size();
  while (!text.empty() && space_bytes(text) == 0) text.remove_prefix(1);
  return text.size() < before;
}

bool is_ssh_key(std::string_view text) {
  std::size_t prefix = 0;
  for (const std::string_view kind : {"ssh-", "ecdsa-", "sk-"})
    if (text.starts_with(kind)) prefix = kind.size();
  if (prefix == 0) return false;
  text.remove_prefix(prefix);
  if (!take_word(text) || !text.starts_with(' ')) return false;
  text.remove_prefix(1);
  if (!take_word(text)) return false;
  const bool comment = text.starts_with(' ') || text.starts_with('\t');
  return text.empty() || (comment && text.find_first_of("\r\n") == text.npos);
}

bool is_date_time(std::string_view text) {
  return parse_date_time(text).has_value();
}

}  // namespace

constexpr Shape cuda_version{"pattern", R"(^\d+\.\d+$)", is_cuda_version};
constexpr Shape cuda_version_or_empty{"pattern", R"(^$|^\d+\.\d+$)", is_cuda_version_or_empty};
constexpr Shape cuda_minimum{"pattern", R"(^\d+(\.\d+)?$)", is_cuda_minimum};
constexpr Shape country_code{"pattern", "^[A-Z]{2}$", is_country_code};
constexpr Shape gpu_type{"pattern", R"(^\s*[^-\s])", is_gpu_type};
constexpr Shape ssh_key{"pattern", R"(^(ssh|ecdsa|sk)-[^\s]+ [^\s]+([ \t][^\n\r]*)?$)", is_ssh_key};
constexpr Shape date_time{"format", "date-time", is_date_time};

}  // namespace pilotlight::api::rest_v2
