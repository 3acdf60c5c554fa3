#include "api/rest_v2/schema.hpp"

#include <algorithm>

#include "api/json.hpp"
#include "base/assert.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::string_view type_name(Type type) {
  switch (type) {
    case Type::text: return "string";
    case Type::integer: return "integer";
    case Type::number: return "number";
    case Type::flag: return "boolean";
    case Type::list: return "array";
    case Type::object:
    case Type::map: return "object";
    case Type::variants: return {};
  }
  UNREACHABLE();
}

void begin(std::string& out, std::string_view keyword) {
  if (out.back() != '{' && out.back() != '[') out += ',';
  append_json_string(out, keyword);
  out += ':';
}

void add(std::string& out, std::string_view keyword, std::string_view json) {
  begin(out, keyword);
  out += json;
}

/// The texts that `text_of` makes of those elements for which it makes one.
template <class Range, class TextOf>
void add_texts(std::string& out, std::string_view keyword, const Range& range, TextOf text_of) {
  std::string list;
  for (const auto& one : range) {
    const std::string_view text = text_of(one);
    if (text.empty()) continue;
    list += list.empty() ? '[' : ',';
    append_json_string(list, text);
  }
  if (!list.empty()) add(out, keyword, list + "]");
}

void add_properties(std::string& out, std::span<const Field> fields) {
  begin(out, "properties");
  out += '{';
  for (const Field& field : fields) {
    begin(out, field.name);
    std::string value;
    write_schema(value, *field.schema);
    value.pop_back();
    if (!field.about.empty()) add(value, "description", json_string(field.about));
    if (!field.standard.empty()) add(value, "default", field.standard);
    out += value + "}";
  }
  out += '}';
}

/// The conditions of members that depend on other members.
void add_conditions(std::string& out, std::span<const Field> fields) {
  std::string all;
  for (const Field& field : fields) {
    const std::string name = json_string(field.name);
    if (!field.unless.empty())
      all += (all.empty() ? "" : ",") + (R"({"if":{"not":{"required":[)" + json_string(field.unless)) +
             R"(]}},"then":{"required":[)" + name + "]}}";
    if (!field.only.tag.empty())
      all += (all.empty() ? "" : ",") + (R"({"if":{"required":[)" + json_string(field.only.member)) +
             R"(],"properties":{)" + json_string(field.only.member) + R"(:{"const":)" +
             json_string(field.only.text) + R"(}}},"then":{"properties":{)" + name + R"(:{"properties":{)" +
             json_string(field.schema->tag) + R"(:{"const":)" + json_string(field.only.tag) + "}}}}}}";
  }
  if (!all.empty()) add(out, "allOf", "[" + all + "]");
  std::string together;
  for (const Field& field : fields)
    if (!field.together.empty())
      together +=
          (together.empty() ? "" : ",") + json_string(field.name) + ":[" + json_string(field.together) + "]";
  if (!together.empty()) add(out, "dependentRequired", "{" + together + "}");
}

void add_object(std::string& out, const Schema& schema) {
  if (!schema.open) add(out, "additionalProperties", "false");
  if (schema.least > 0) add(out, "minProperties", std::to_string(schema.least));
  add_texts(out, "required", schema.fields,
            [](const Field& field) { return field.needed == Needed::yes ? field.name : std::string_view(); });
  if (!schema.fields.empty()) add_properties(out, schema.fields);
  add_conditions(out, schema.fields);
}

void add_text(std::string& out, const Schema& schema) {
  if (schema.least > 0) add(out, "minLength", std::to_string(schema.least));
  if (schema.shape != nullptr) add(out, schema.shape->keyword, json_string(schema.shape->text));
  add_texts(out, "enum", schema.choices, [](std::string_view choice) { return choice; });
}

void add_variants(std::string& out, const Schema& schema) {
  begin(out, "oneOf");
  out += '[';
  for (const Variant& variant : schema.variants) {
    if (out.back() != '[') out += ',';
    write_schema(out, *variant.schema);
  }
  out += ']';
  add(out, "discriminator", R"({"propertyName":)" + json_string(schema.tag) + "}");
}

void add_items(std::string& out, std::string_view keyword, const Schema& items) {
  begin(out, keyword);
  write_schema(out, items);
}

}  // namespace

void write_schema(std::string& out, const Schema& schema) {
  if (schema.name.empty()) return write_component(out, schema);
  out += R"({"$ref":)" + json_string("#/components/schemas/" + std::string(schema.name)) + "}";
}

void write_component(std::string& out, const Schema& schema) {
  out += '{';
  const std::string type = json_string(type_name(schema.type));
  if (schema.type != Type::variants) add(out, "type", schema.nullable ? "[" + type + ",\"null\"]" : type);
  if (!schema.minimum.empty()) add(out, "minimum", schema.minimum);
  if (!schema.maximum.empty()) add(out, "maximum", schema.maximum);
  switch (schema.type) {
    case Type::text: add_text(out, schema); break;
    case Type::integer:
    case Type::number:
    case Type::flag: break;
    case Type::list:
      if (schema.least > 0) add(out, "minItems", std::to_string(schema.least));
      if (schema.unique) add(out, "uniqueItems", "true");
      add_items(out, "items", *schema.items);
      break;
    case Type::object: add_object(out, schema); break;
    case Type::map: add_items(out, "additionalProperties", *schema.items); break;
    case Type::variants: add_variants(out, schema); break;
  }
  out += '}';
}

void for_each_component(const Schema& schema, const std::function<void(const Schema&)>& found) {
  if (!schema.name.empty()) found(schema);
  if (schema.items != nullptr) for_each_component(*schema.items, found);
  for (const Field& field : schema.fields) for_each_component(*field.schema, found);
  for (const Variant& variant : schema.variants) for_each_component(*variant.schema, found);
}

}  // namespace pilotlight::api::rest_v2
