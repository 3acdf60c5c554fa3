#include "api/rest_v2/validate.hpp"

#include <algorithm>
#include <numeric>

#include "api/numbers.hpp"
#include "base/assert.hpp"
#include "base/utf8.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr std::size_t shown_max = 100;  ///< bytes of a name or a value in a problem
constexpr std::size_t names_max = 10;   ///< unknown members that a problem names

std::string shown(std::string_view text) {
  std::string part(text.substr(0, shown_max));
  if (text.size() > shown_max) part += "...";
  return part;
}

std::string quoted(std::string_view text) {
  return "'" + shown(text) + "'";
}

/// The path of a value, written only when there is a problem.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;  ///< a member's, or the root's
  std::size_t index = 0;  ///< an element's, which has no name

  std::string text() const {
    if (parent == nullptr) return std::string(name);
    if (name.data() == nullptr) return parent->text() + "[" + std::to_string(index) + "]";
    return parent->text() + "." + shown(name);
  }
};

class Check {
 public:
  std::vector<std::string> problems;

  /// Finds what is wrong with the value; true if nothing is.
  bool value(const JsonValue& value, const Schema& schema, const Place& place);

 private:
  bool full() const { return problems.size() >= problems_max; }
  void add(const Place& place, std::string_view problem) {
    if (!full()) problems.push_back(place.text() + ": " + std::string(problem));
  }
  bool has_type(const JsonValue& value, const Schema& schema, const Place& place);
  void text(std::string_view text, const Schema& schema, const Place& place);
  void number(std::string_view text, const Schema& schema, const Place& place);
  void list(const JsonValue& list, const Schema& schema, const Place& place);
  void are_unique(const std::vector<JsonValue>& elements, const Place& place);
  void map(const JsonValue& map, const Schema& schema, const Place& place);
  void object(const JsonValue& object, const Schema& schema, const Place& place);
  void are_known(const std::vector<JsonValue::Member>& members, const Schema& schema, const Place& place);
  void is_there(const JsonValue& object, const Field& field, const Place& place);
  void fits_others(const JsonValue& object, const Field& field, const Place& place);
  void variant(const JsonValue& object, const Schema& schema, const Place& place);
};

JsonKind kind_of(Type type) {
  switch (type) {
    case Type::text: return JsonKind::text;
    case Type::integer:
    case Type::number: return JsonKind::number;
    case Type::flag: return JsonKind::flag;
    case Type::list: return JsonKind::list;
    case Type::object:
    case Type::map:
    case Type::variants: return JsonKind::object;
  }
  UNREACHABLE();
}

/// Equal values have equal keys. The value has a bounded depth: a schema accepted it.
std::string key_of(const JsonValue& value) {
  switch (value.kind()) {
    case JsonKind::null:
    case JsonKind::flag: return std::string(value.text());
    case JsonKind::number: return json_number_key(value.text());
    case JsonKind::text: return json_string(value.text());
    case JsonKind::list: {
      std::string key = "[";
      for (const JsonValue& element : value.elements()) key += key_of(element) + ",";
      return key;
    }
    case JsonKind::object: {
      std::vector<std::string> members;
      for (const auto& [name, member] : value.members())
        members.push_back(json_string(name) + ":" + key_of(member));
      std::sort(members.begin(), members.end());
      return std::accumulate(members.begin(), members.end(), std::string("{"));
    }
  }
  UNREACHABLE();
}

std::string joined(std::span<const std::string_view> choices) {
  std::string all;
  for (const std::string_view choice : choices) all += (all.empty() ? "" : ", ") + quoted(choice);
  return all;
}

std::string one_of(std::span<const std::string_view> choices) {
  return (choices.size() == 1 ? "value must be " : "value must be one of ") + joined(choices);
}

bool Check::has_type(const JsonValue& value, const Schema& schema, const Place& place) {
  if (schema.nullable && value.kind() == JsonKind::null) return true;
  const bool fraction =
      schema.type == Type::integer && value.kind() == JsonKind::number && !is_json_whole(value.text());
  if (value.kind() == kind_of(schema.type) && !fraction) return true;
  std::string want(schema.type == Type::integer ? "integer" : json_kind_name(kind_of(schema.type)));
  if (schema.nullable) want += " or null";
  add(place, "got " + std::string(json_kind_name(value.kind())) + ", want " + want);
  return false;
}

void Check::text(std::string_view text, const Schema& schema, const Place& place) {
  const auto& choices = schema.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
    add(place, one_of(choices));
  const std::uint64_t characters = characters_in(text);
  if (characters < schema.least)
    add(place, "minLength: got " + std::to_string(characters) + ", want " + std::to_string(schema.least));
  if (schema.shape == nullptr || schema.shape->fits(text)) return;
  const std::string kind = schema.shape->keyword == "format" ? " is not valid " : " does not match pattern ";
  add(place, quoted(text) + kind + quoted(schema.shape->text));
}

void Check::number(std::string_view text, const Schema& schema, const Place& place) {
  if (!schema.minimum.empty() && compare_json_numbers(text, schema.minimum) < 0)
    add(place, "minimum: got " + shown(text) + ", want " + std::string(schema.minimum));
  if (!schema.maximum.empty() && compare_json_numbers(text, schema.maximum) > 0)
    add(place, "maximum: got " + shown(text) + ", want " + std::string(schema.maximum));
}

void Check::are_unique(const std::vector<JsonValue>& elements, const Place& place) {
  std::vector<std::pair<std::string, std::size_t>> keys;
  for (std::size_t i = 0; i < elements.size(); ++i) keys.emplace_back(key_of(elements[i]), i);
  std::sort(keys.begin(), keys.end());
  const auto equal = std::adjacent_find(keys.begin(), keys.end(),
                                        [](const auto& a, const auto& b) { return a.first == b.first; });
  if (equal == keys.end()) return;
  add(place, "items at " + std::to_string(equal->second) + " and " +
                 std::to_string(std::next(equal)->second) + " are equal");
}

void Check::list(const JsonValue& list, const Schema& schema, const Place& place) {
  const std::vector<JsonValue> elements = list.elements();
  if (elements.size() < schema.least)
    add(place, "minItems: got " + std::to_string(elements.size()) + ", want " + std::to_string(schema.least));
  bool sound = true;
  for (std::size_t i = 0; i < elements.size() && !full(); ++i)
    sound = value(elements[i], *schema.items, {&place, {}, i}) && sound;
  if (schema.unique && sound && !full()) are_unique(elements, place);
}

void Check::map(const JsonValue& map, const Schema& schema, const Place& place) {
  for (const auto& [name, member] : map.members()) {
    if (full()) return;
    value(member, *schema.items, {&place, name});
  }
}

void Check::are_known(const std::vector<JsonValue::Member>& members, const Schema& schema,
                      const Place& place) {
  std::string names;
  std::size_t unknown = 0;
  for (const auto& [name, member] : members) {
    const bool known = std::any_of(schema.fields.begin(), schema.fields.end(),
                                   [&name = name](const Field& field) { return field.name == name; });
    if (known) continue;
    if (++unknown <= names_max) names += (names.empty() ? "" : ", ") + quoted(name);
  }
  if (unknown > names_max) names += ", ...";
  if (unknown > 0) add(place, "additional properties " + names + " not allowed");
}

void Check::is_there(const JsonValue& object, const Field& field, const Place& place) {
  const bool needed = field.needed == Needed::yes || (!field.unless.empty() && !object.member(field.unless));
  if (needed && !object.member(field.name)) add(place, "missing property " + quoted(field.name));
}

void Check::fits_others(const JsonValue& object, const Field& field, const Place& place) {
  const auto here = object.member(field.name);
  if (!field.together.empty() && here && !object.member(field.together))
    add(place, "properties " + quoted(field.together) + " required, if " + quoted(field.name) + " exists");
  if (field.only.tag.empty() || !here) return;
  const auto other = object.member(field.only.member);
  const auto tag = here->member(field.schema->tag);
  const bool concerned = other && other->kind() == JsonKind::text && other->text() == field.only.text;
  if (!concerned || !tag || tag->text() == field.only.tag) return;
  const Place in_object{&place, field.name};
  add({&in_object, field.schema->tag}, "value must be " + quoted(field.only.tag) + ", because " +
                                           std::string(field.only.member) + " is " +
                                           std::string(field.only.text));
}

void Check::object(const JsonValue& object, const Schema& schema, const Place& place) {
  const std::vector<JsonValue::Member> members = object.members();
  if (members.size() < schema.least)
    add(place,
        "minProperties: got " + std::to_string(members.size()) + ", want " + std::to_string(schema.least));
  for (const Field& field : schema.fields) is_there(object, field, place);
  if (!schema.open) are_known(members, schema, place);
  for (const auto& [name, member] : members)
    for (const Field& field : schema.fields)
      if (field.name == name) value(member, *field.schema, {&place, name});
  for (const Field& field : schema.fields) fits_others(object, field, place);
}

void Check::variant(const JsonValue& object, const Schema& schema, const Place& place) {
  const auto tag = object.member(schema.tag);
  if (!tag) return add(place, "missing property " + quoted(schema.tag));
  const Place of_tag{&place, schema.tag};
  const Schema any_text;
  if (!has_type(*tag, any_text, of_tag)) return;
  std::vector<std::string_view> tags;
  for (const Variant& variant : schema.variants) {
    if (variant.tag == tag->text()) return static_cast<void>(value(object, *variant.schema, place));
    tags.push_back(variant.tag);
  }
  add(of_tag, one_of(tags));
}

bool Check::value(const JsonValue& value, const Schema& schema, const Place& place) {
  const std::size_t before = problems.size();
  if (!has_type(value, schema, place)) return false;
  if (value.kind() == JsonKind::null) return true;
  switch (schema.type) {
    case Type::text: text(value.text(), schema, place); break;
    case Type::integer:
    case Type::number: number(value.text(), schema, place); break;
    case Type::flag: break;
    case Type::list: list(value, schema, place); break;
    case Type::object: object(value, schema, place); break;
    case Type::map: map(value, schema, place); break;
    case Type::variants: variant(value, schema, place); break;
  }
  return problems.size() == before && !full();
}

}  // namespace

std::vector<std::string> problems_of(const JsonValue& value, const Schema& schema, std::string_view root) {
  Check check;
  check.value(value, schema, {nullptr, root});
  return std::move(check.problems);
}

}  // namespace pilotlight::api::rest_v2
