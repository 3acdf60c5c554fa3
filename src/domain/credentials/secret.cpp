#include "domain/credentials/secret.hpp"

#include <algorithm>

namespace pilotlight {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool may_follow(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/';
}

}  // namespace

bool is_secret_name(std::string_view text) {
  return !text.empty() && text.size() <= secret_name_bytes_max && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), may_follow);
}

}  // namespace pilotlight
