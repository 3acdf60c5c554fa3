#include "api/json_writer.hpp"

#include "api/json.hpp"

namespace pilotlight::api {

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_string(text_, value);
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::int64_t value) {
  return raw(name, std::to_string(value));
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
  text_ += '{';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::open() {
  separate();
  text_ += '{';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close() {
  text_ += '}';
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::list(std::string_view name) {
  begin(name);
  text_ += '[';
  first_ = true;
  return *this;
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
  text_ += ']';
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
