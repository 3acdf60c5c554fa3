#include "api/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

#include "api/json_handler.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 1'000;
/// Of this size simdjson's whole parser, several times as fast, is asked first. Beyond it, it would take too
/// much memory.
constexpr std::size_t quick_from = 4 * 1024, quick_to = 2 * 1024 * 1024;
constexpr std::size_t quick_depth_max = depth_max - 10;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// True: the text is strict JSON. False: it may be all the same, with numbers that fit no machine's type or
/// deeper than `quick_depth_max`.
bool quickly_accepted(const Body& text) {
  thread_local simdjson::dom::parser parser;
  const bool room =
      parser.capacity() >= quick_to || parser.allocate(quick_to, quick_depth_max) == simdjson::SUCCESS;
  return room && parser.parse(text->data(), text->size(), false).error() == simdjson::SUCCESS;
}

simdjson::ondemand::parser& thread_parser() {
  thread_local simdjson::ondemand::parser parser;
  return parser;
}

/// How many bytes the well-formed character at the beginning takes; 0 if none is there.
std::size_t character_bytes(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(text.size(), 4); ++size)
    if (simdjson::validate_utf8(text.data(), size)) return size;
  return 0;
}

std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character_bytes(text);
    out += size > 0 ? text.substr(0, size) : "\xef\xbf\xbd";
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

/// The second digit of an escape that is the first, or the second, half of a surrogate pair.
constexpr std::string_view first_half = "89abAB", second_half = "cdefCDEF";

bool is_surrogate(std::string_view escape, std::string_view half) {
  return escape.size() >= 6 && escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
         half.find(escape[3]) != std::string_view::npos;
}

/// How many bytes the escape at the beginning of the text takes; a pair of surrogates is one.
std::size_t escape_bytes(std::string_view text) {
  if (text.size() < 2 || text[1] != 'u') return std::min<std::size_t>(text.size(), 2);
  const bool pair = is_surrogate(text, first_half) && is_surrogate(text.substr(6), second_half);
  return std::min<std::size_t>(text.size(), pair ? 12 : 6);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  if (!simdjson::validate_utf8(text.data(), text.size())) return append_json_string(out, as_utf8(text));
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  out += '"';
  for (auto at = text.begin(); at != text.end(); ++at) {
    const auto plain = at;
    at = std::find_if_not(at, text.end(), is_plain);
    out.append(plain, at);
    if (at == text.end()) break;
    if (*at == '"' || *at == '\\') {
      out += '\\';
      out += *at;
    } else if (*at == '\n') {
      out += "\\n";
    } else {
      out += "\\u00";
      out += digits[*at >> 4];
      out += digits[*at & 15];
    }
  }
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string json_of(const json::value& value) {
  std::size_t replaced = 0;
  return *made_strict(make_body(json::serialize(value)), Writer::worker, replaced);
}

std::optional<std::string> json_text(std::string_view raw) {
  if (!raw.starts_with('"')) return std::nullopt;
  boost::system::error_code error;
  const json::value value = json::parse(raw, error);
  if (error) return std::nullopt;
  return std::string(value.get_string());
}

std::optional<std::string> json_problem(const Body& body) {
  const std::string_view text = *body;
  if (text.size() >= quick_from && text.size() <= quick_to && quickly_accepted(body)) return std::nullopt;
  json::parse_options options;
  options.max_depth = depth_max;
  json::basic_parser<AcceptingHandler> parser(options);
  boost::system::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (error == json::error::too_deep) return "nested more than 1000 levels deep";
  if (error) return error.message() + " at byte " + std::to_string(used);
  if (used != text.size()) return "text after the end of the value at byte " + std::to_string(used);
  return std::nullopt;
}

bool for_each_field(const Body& object,
                    const std::function<void(std::string_view, std::string_view)>& field) {
  simdjson::ondemand::document document;
  const simdjson::padded_string_view padded(object->data(), object->size(),
                                            object->size() + simdjson::SIMDJSON_PADDING);
  if (thread_parser().iterate(padded).get(document)) return false;
  simdjson::ondemand::object fields;
  if (document.get_object().get(fields)) return false;
  for (auto one : fields) {
    std::string_view name, raw;
    simdjson::ondemand::value value;
    if (one.unescaped_key().get(name)) return false;
    const std::string kept(name);
    if (one.value().get(value) || simdjson::to_json_string(value).get(raw)) return false;
    field(kept, trimmed(raw));
  }
  return true;
}

bool for_each_element(const Body& array, const std::function<bool(std::string_view)>& element) {
  simdjson::ondemand::document document;
  const simdjson::padded_string_view padded(array->data(), array->size(),
                                            array->size() + simdjson::SIMDJSON_PADDING);
  if (thread_parser().iterate(padded).get(document)) return false;
  simdjson::ondemand::array elements;
  if (document.get_array().get(elements)) return false;
  for (auto one : elements) {
    std::string_view raw;
    simdjson::ondemand::value value;
    if (std::move(one).get(value) || simdjson::to_json_string(value).get(raw)) return false;
    if (!element(trimmed(raw))) break;
  }
  return true;
}

Body made_strict(const Body& body, Writer writer, std::size_t& replaced) {
  const std::string& text = *body;
  const bool python = writer == Writer::worker;
  const auto has = [&text](const char* part) { return text.find(part) != std::string::npos; };
  const bool marked = text.starts_with(byte_order_mark);
  if (!marked && !has("\\ud") && !has("\\uD") && !(python && (has("NaN") || has("Infinity")))) return body;
  replaced += marked ? 1 : 0;
  std::string out;
  out.reserve(text.size() + body_padding);
  bool in_string = false;
  std::string_view rest = text;
  rest.remove_prefix(marked ? byte_order_mark.size() : 0);
  while (!rest.empty()) {
    std::size_t taken = 1;
    std::string_view instead;
    if (in_string && rest.front() == '\\') {
      taken = escape_bytes(rest);
      const bool half = is_surrogate(rest, first_half) || is_surrogate(rest, second_half);
      if (taken == 6 && half) instead = "\\ufffd";
    } else if (!in_string && python) {
      for (const std::string_view number : {"NaN", "-Infinity", "Infinity"})
        if (rest.starts_with(number)) taken = number.size(), instead = "null";
    }
    if (rest.front() == '"') in_string = !in_string;
    out += instead.empty() ? rest.substr(0, taken) : instead;
    replaced += instead.empty() ? 0 : 1;
    rest.remove_prefix(taken);
  }
  return replaced == 0 ? body : make_body(std::move(out));
}

Result<StrictBody> strict_json(const Body& body, Writer writer) {
  std::optional<std::string> problem = json_problem(body);
  StrictBody strict{body};
  if (!problem) return strict;
  strict.text = made_strict(body, writer, strict.replaced);
  if (strict.replaced > 0) problem = json_problem(strict.text);
  if (problem) return refusal(Errc::invalid, std::move(*problem));
  return strict;
}

}  // namespace pilotlight::api
