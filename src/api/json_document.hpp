#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json.hpp"

namespace pilotlight::api {

enum class JsonKind : std::uint8_t { null, flag, number, text, list, object };

/// The name of a kind as JSON Schema has it, such as "array".
std::string_view json_kind_name(JsonKind kind);

class JsonDocument;

/// A value in a document that outlives it.
class JsonValue {
 public:
  using Member = std::pair<std::string_view, JsonValue>;

  JsonKind kind() const;
  /// A text's characters, a number as it was written, "true", "false" or "null"; empty for lists and objects.
  std::string_view text() const;
  bool is_true() const { return kind() == JsonKind::flag && text() == "true"; }

  std::vector<JsonValue> elements() const;  ///< empty for other kinds
  /// The members of an object in their order; of a name that comes twice, its last value.
  std::vector<Member> members() const;
  /// The member of that name: its last value, if it comes twice; nullopt for other kinds, too.
  std::optional<JsonValue> member(std::string_view name) const;

 private:
  friend class JsonDocument;
  JsonValue(const JsonDocument& document, std::uint32_t at) : document_(&document), at_(at) {}

  const JsonDocument* document_;
  std::uint32_t at_;
};

/// A JSON text as a flat list of its values in document order: neither depth nor size of a hostile text meets
/// recursion, and numbers keep all their digits.
class JsonDocument {
 public:
  JsonDocument();  ///< an object without members

  /// The document that `strict_json` makes of a client's body. Error: what is wrong with it.
  static Result<JsonDocument> read(const Body& body);

  JsonValue root() const { return {*this, 0}; }

  // A document that is no JSON text yet: an object whose members come one by one.
  void add_name(std::string_view name) { add(JsonKind::text, name); }
  void add(JsonKind kind, std::string_view text);
  void open_list();
  void close();  ///< the list, or else the object, to which nothing is added afterwards

 private:
  friend class JsonValue;
  friend struct DocumentHandler;

  /// An object's members are a text, the name, and the value behind it.
  struct Node {
    JsonKind kind = JsonKind::null;
    std::uint32_t begin = 0, size = 0;  ///< bytes in texts_
    std::uint32_t end = 0;              ///< the node behind this one and all that is in it
  };
  struct Empty {};
  explicit JsonDocument(Empty) {}

  std::vector<Node> nodes_;
  std::string texts_;
  std::vector<std::uint32_t> open_;  ///< lists and objects that have not ended
};

}  // namespace pilotlight::api
