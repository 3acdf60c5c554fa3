// The errors of workers that come as Python prints them.
#include "api/openai/python_literal.hpp"

#include <boost/json.hpp>
#include <cmath>

#include "api/json.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
namespace json = boost::json;

namespace {

std::string printed(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// Boost reads numbers of many digits to within their last bits, so these are left out; and 0e999 as no
/// number.
std::string printed(double number) {
  if (std::isnan(number)) return "0e999";
  if (std::abs(number) > 1e300) return number > 0 ? "1e999" : "-1e999";
  char text[32];
  std::snprintf(text, sizeof text, "%.9e", number);
  return text;
}

/// The literal of a value, as Python would print it.
std::string printed(const json::value& value) {
  std::string out;
  switch (value.kind()) {
    case json::kind::null: return "None";
    case json::kind::bool_: return value.get_bool() ? "True" : "False";
    case json::kind::string: return printed(std::string_view(value.get_string()));
    case json::kind::array:
      for (const json::value& item : value.get_array()) out += printed(item) + ", ";
      return "[" + out + "]";
    case json::kind::object:
      for (const auto& [name, item] : value.get_object())
        out += (out.empty() ? "" : ", ") + printed(std::string_view(name)) + ": " + printed(item);
      return "{" + out + "}";
    case json::kind::int64:
    case json::kind::uint64: return json::serialize(value);
    case json::kind::double_: return printed(value.get_double());
  }
  UNREACHABLE();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto value = api::parse_python_literal(text);
  if (!value) return 0;
  if (graphql::is_utf8(text)) ASSERT(fuzz::is_json(api::json_of(*value)));
  const std::string literal = printed(*value);
  const auto again = api::parse_python_literal(literal);
  ASSERT(again && printed(*again) == literal);
  return 0;
}
