#include <fmt/format.h>

#include "graphql/printer.hpp"
#include "graphql/scalars.hpp"
#include "graphql/utf8.hpp"

namespace pilotlight::graphql {
namespace {

constexpr std::size_t text_max = 1000;
constexpr std::size_t items_max = 10;
constexpr int depth_max = 2;

std::string cut(std::string text) {
  if (text.size() <= text_max) return text;
  text.resize(text_max);
  while (!is_utf8(text)) text.pop_back();
  return text + "...";
}

std::string inspect(const boost::json::value& value, int depth);

std::string inspect_object(const boost::json::object& object, int depth) {
  if (object.empty()) return "{}";
  if (depth >= depth_max) return "[Object]";
  std::string text = "{ ";
  for (const auto& member : object) {
    if (text.size() > text_max) break;
    if (text.size() > 2) text += ", ";
    text += fmt::format("{}: {}", std::string_view(member.key()), inspect(member.value(), depth + 1));
  }
  return text + " }";
}

std::string inspect_array(const boost::json::array& array, int depth) {
  if (array.empty()) return "[]";
  if (depth >= depth_max) return "[Array]";
  std::string text = "[";
  const std::size_t shown = std::min(array.size(), items_max);
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? ", " : "") + inspect(array[i], depth + 1);
  const std::size_t rest = array.size() - shown;
  if (rest > 0) text += fmt::format(", ... {} more item{}", rest, rest == 1 ? "" : "s");
  return text + "]";
}

std::string inspect(const boost::json::value& value, int depth) {
  switch (value.kind()) {
    case boost::json::kind::object: return inspect_object(value.get_object(), depth);
    case boost::json::kind::array: return inspect_array(value.get_array(), depth);
    case boost::json::kind::string: {
      const std::string_view text = value.get_string();
      return text.size() > text_max ? quoted(cut(std::string(text))) : quoted(text);
    }
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return value.get_bool() ? "true" : "false";
    case boost::json::kind::int64: return fmt::format("{}", value.get_int64());
    case boost::json::kind::uint64: return fmt::format("{}", value.get_uint64());
    case boost::json::kind::double_: return fmt::format("{}", value.get_double());
  }
  return {};
}

}  // namespace

std::string inspected(const boost::json::value& value) {
  return cut(inspect(value, 0));
}

std::string inspected(const ast::Value& value) {
  return cut(print(value));
}

}  // namespace pilotlight::graphql
