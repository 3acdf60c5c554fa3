#include "api/json_document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>

#include "api/json_handler.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {

namespace json = boost::json;

/// Writes what Boost's parser finds into a document.
struct DocumentHandler : AcceptingHandler {
  bool on_object_begin(Code&) { return opened(JsonKind::object); }
  bool on_object_end(std::size_t, Code&) { return closed(); }
  bool on_array_begin(Code&) { return opened(JsonKind::list); }
  bool on_array_end(std::size_t, Code&) { return closed(); }
  bool on_key_part(json::string_view part, std::size_t, Code&) { return keep(part); }
  bool on_key(json::string_view part, std::size_t, Code&) { return added(JsonKind::text, part); }
  bool on_string_part(json::string_view part, std::size_t, Code&) { return keep(part); }
  bool on_string(json::string_view part, std::size_t, Code&) { return added(JsonKind::text, part); }
  bool on_number_part(json::string_view part, Code&) { return keep(part); }
  bool on_int64(std::int64_t, json::string_view part, Code&) { return added(JsonKind::number, part); }
  bool on_uint64(std::uint64_t, json::string_view part, Code&) { return added(JsonKind::number, part); }
  bool on_double(double, json::string_view part, Code&) { return added(JsonKind::number, part); }
  bool on_bool(bool value, Code&) { return added(JsonKind::flag, value ? "true" : "false"); }
  bool on_null(Code&) { return added(JsonKind::null, "null"); }

  JsonDocument document{JsonDocument::Empty()};

 private:
  bool keep(json::string_view part) {
    parts_.append(part.data(), part.size());
    return true;
  }
  bool added(JsonKind kind, json::string_view last) {
    keep(last);
    document.add(kind, parts_);
    parts_.clear();
    return true;
  }
  bool opened(JsonKind kind) {
    document.open_.push_back(static_cast<std::uint32_t>(document.nodes_.size()));
    document.nodes_.push_back({kind, 0, 0, 0});
    return true;
  }
  bool closed() {
    document.close();
    return true;
  }

  std::string parts_;  ///< the text or number that is being read
};

std::string_view json_kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::null: return "null";
    case JsonKind::flag: return "boolean";
    case JsonKind::number: return "number";
    case JsonKind::text: return "string";
    case JsonKind::list: return "array";
    case JsonKind::object: return "object";
  }
  UNREACHABLE();
}

JsonDocument::JsonDocument() : nodes_{{JsonKind::object, 0, 0, 1}}, open_{0} {}

Result<JsonDocument> JsonDocument::read(const Body& body) {
  const auto strict = strict_json(body, Writer::client);
  if (!strict) return strict.error();
  json::parse_options options;
  options.max_depth = std::numeric_limits<std::uint16_t>::max();
  json::basic_parser<DocumentHandler> parser(options);
  boost::system::error_code error;
  parser.write_some(false, strict->text->data(), strict->text->size(), error);
  if (error) return refusal(Errc::invalid, error.message());
  return std::move(parser.handler().document);
}

void JsonDocument::add(JsonKind kind, std::string_view text) {
  nodes_.push_back({kind, static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size()),
                    static_cast<std::uint32_t>(nodes_.size() + 1)});
  texts_ += text;
}

void JsonDocument::open_list() {
  open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
  nodes_.push_back({JsonKind::list, 0, 0, 0});
}

void JsonDocument::close() {
  nodes_[open_.back()].end = static_cast<std::uint32_t>(nodes_.size());
  open_.pop_back();
}

JsonKind JsonValue::kind() const {
  return document_->nodes_[at_].kind;
}

std::string_view JsonValue::text() const {
  const JsonDocument::Node& node = document_->nodes_[at_];
  return std::string_view(document_->texts_).substr(node.begin, node.size);
}

std::vector<JsonValue> JsonValue::elements() const {
  std::vector<JsonValue> all;
  if (kind() != JsonKind::list) return all;
  const auto& nodes = document_->nodes_;
  for (std::uint32_t at = at_ + 1; at < nodes[at_].end; at = nodes[at].end) all.push_back({*document_, at});
  return all;
}

std::vector<JsonValue::Member> JsonValue::members() const {
  std::vector<Member> all;
  if (kind() != JsonKind::object) return all;
  const auto& nodes = document_->nodes_;
  for (std::uint32_t at = at_ + 1; at < nodes[at_].end; at = nodes[at + 1].end)
    all.emplace_back(JsonValue(*document_, at).text(), JsonValue(*document_, at + 1));
  // Sorting bounds what many equal names cost.
  std::vector<std::pair<std::string_view, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i) order.emplace_back(all[i].first, i);
  std::sort(order.begin(), order.end());
  std::vector<bool> hidden(all.size());
  for (std::size_t i = 1; i < order.size(); ++i)
    if (order[i - 1].first == order[i].first) hidden[order[i - 1].second] = true;
  std::vector<Member> kept;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!hidden[i]) kept.push_back(all[i]);
  return kept;
}

std::optional<JsonValue> JsonValue::member(std::string_view name) const {
  std::optional<JsonValue> found;
  if (kind() != JsonKind::object) return found;
  const auto& nodes = document_->nodes_;
  for (std::uint32_t at = at_ + 1; at < nodes[at_].end; at = nodes[at + 1].end)
    if (JsonValue(*document_, at).text() == name) found = JsonValue(*document_, at + 1);
  return found;
}

}  // namespace pilotlight::api
