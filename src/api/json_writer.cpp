#include "api/json_writer.hpp"

#include "api/json.hpp"

namespace pilotlight::api {

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_string(text_, value);
  return *this;
}

JsonWriter& JsonWriter::flag(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view value) {
  begin(name);
  text_ += value;
  return *this;
}

JsonWriter& JsonWriter::value_follows(std::string_view name) {
  begin(name);
  return *this;
}

JsonWriter& JsonWriter::members(std::string_view text) {
  if (text.empty()) return *this;
  separate();
  text_ += text;
  return *this;
}

JsonWriter& JsonWriter::open(std::string_view name) {
  begin(name);
  return opened('{');
}

JsonWriter& JsonWriter::open() {
  separate();
  return opened('{');
}

JsonWriter& JsonWriter::close() {
  return closed('}');
}

JsonWriter& JsonWriter::list(std::string_view name) {
  begin(name);
  return opened('[');
}

JsonWriter& JsonWriter::element(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::text_element(std::string_view value) {
  separate();
  append_json_string(text_, value);
  return *this;
}

JsonWriter& JsonWriter::end() {
  return closed(']');
}

JsonWriter& JsonWriter::opened(char bracket) {
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::closed(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

void JsonWriter::begin(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

}  // namespace pilotlight::api
