#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace pilotlight::api {

/// Writes one JSON object, member by member, without a tree of values. Names are written as they are: they
/// need no escapes. Values of objects and lists are written between `open` and `close`, `list` and `end`.
class JsonWriter {
 public:
  /// Begins the object; with "," instead its members go on with those of an object that another text begins.
  explicit JsonWriter(std::string_view start = "{") {
    text_.reserve(usual_size);
    text_ = start;
  }

  JsonWriter& text(std::string_view name, std::string_view value);
  template <std::integral Number>
  JsonWriter& number(std::string_view name, Number value) {
    return raw(name, std::to_string(value));
  }
  JsonWriter& flag(std::string_view name, bool value);
  JsonWriter& null(std::string_view name) { return raw(name, "null"); }
  /// `value` is JSON.
  JsonWriter& raw(std::string_view name, std::string_view value);
  /// The member, whose value is what follows the text: an input or a result that is not copied.
  JsonWriter& value_follows(std::string_view name);
  /// Members of an object as they stand between its braces; none if the text is empty.
  JsonWriter& members(std::string_view text);

  JsonWriter& open(std::string_view name);  ///< an object
  JsonWriter& open();                       ///< an object as the next element of a list
  JsonWriter& close();

  JsonWriter& list(std::string_view name);
  JsonWriter& element(std::string_view json);
  JsonWriter& text_element(std::string_view value);
  JsonWriter& end();

  // Each of the two ends the writing.
  /// The object without its last brace: further members follow.
  std::string unclosed() { return std::move(text_); }
  /// The whole object.
  std::string done() {
    text_ += '}';
    return std::move(text_);
  }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  void begin(std::string_view name);
  JsonWriter& opened(char bracket);
  JsonWriter& closed(char bracket);

  static constexpr std::size_t usual_size = 320;
  std::string text_;
  bool first_ = true;
};

}  // namespace pilotlight::api
