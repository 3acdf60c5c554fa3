#include <fmt/format.h>

#include "graphql/graphql.hpp"
#include "graphql/input.hpp"
#include "graphql/plan.hpp"
#include "graphql/scalars.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {

namespace json = boost::json;

namespace {

/// Nothing: an error was noted and the enclosing nullable place becomes null.
using Completed = std::optional<json::value>;

json::array shown(const std::vector<Location>& locations) {
  json::array places;
  for (const Location& one : locations) places.push_back({{"line", one.line}, {"column", one.column}});
  return places;
}

/// Of a leaf, which may be a whole tree where the scalar is JSON.
std::size_t text_bytes_of(const json::value& leaf) {
  if (leaf.is_string()) return leaf.get_string().size();
  return leaf.is_structured() ? json::serialize(leaf).size() : 0;
}

/// Builds one response: selections, null propagation, errors with their paths.
class Completion {
 public:
  Completion(const Plan& plan, const std::any& source) : plan_(plan), source_(source) {}

  json::object run(const std::vector<RootResult>& results) {
    json::object data;
    bool whole = true;
    auto result = results.begin();
    for (const FieldGroup& group : plan_.roots) {
      if (group.first().name == "__typename") {
        data[group.key] = plan_.root->name;
        continue;
      }
      Completed value = root(group, *result++);
      if (!value) whole = false;
      if (value) data[group.key] = std::move(*value);
    }
    if (is_too_large()) return too_large();
    json::object response;
    if (!errors_.empty()) response["errors"] = std::move(errors_);
    response["data"] = whole ? json::value(std::move(data)) : json::value(nullptr);
    return response;
  }

 private:
  bool is_too_large() const { return values_ > plan_.values_max || text_bytes_ > plan_.text_bytes_max; }

  json::object too_large() const {
    const std::string bound = values_ > plan_.values_max
                                  ? fmt::format("{} values", plan_.values_max)
                                  : fmt::format("{} bytes of text", plan_.text_bytes_max);
    const std::string why = fmt::format("The response would have more than {}; ask for less at once.", bound);
    return {{"errors", {{{"message", why}, {"extensions", {{"code", "BAD_USER_INPUT"}}}}}},
            {"data", nullptr}};
  }

  struct Place {
    const ast::TypeDefinition& owner;
    const FieldGroup& group;
  };

  Completed root(const FieldGroup& group, const RootResult& result) {
    const ast::FieldDefinition& definition = *plan_.schema.field(*plan_.root, group.first().name);
    path_.emplace_back(group.key);
    Completed value = result.error ? failed({*plan_.root, group}, definition.type, *result.error)
                                   : nullable_value({*plan_.root, group}, definition.type, result.value);
    path_.pop_back();
    return value;
  }

  Completed failed(const Place& at, const ast::Type& type, const FieldError& error) {
    note(at, error.message, error.code);
    return is_required(type) ? Completed() : Completed(nullptr);
  }

  /// A place that may be null stops an error from going further up.
  Completed nullable_value(const Place& at, const ast::Type& type, const json::value& value) {
    ++values_;
    if (is_too_large()) return std::nullopt;
    Completed completed = this->value(at, type, value);
    if (!completed && !is_required(type)) return json::value(nullptr);
    return completed;
  }

  Completed value(const Place& at, const ast::Type& type, const json::value& value) {
    if (value.is_null()) {
      if (!is_required(type)) return json::value(nullptr);
      note(at, fmt::format("Cannot return null for non-nullable field {}.{}.", at.owner.name,
                           at.group.first().name));
      return std::nullopt;
    }
    const ast::Type& inner = nullable(type);
    if (inner.shape == ast::TypeShape::list) return list(at, *inner.of, value);
    const ast::TypeDefinition& named = *plan_.schema.type(inner.name);
    if (named.kind == ast::TypeKind::object) return object(at, named, value);
    Coerced leaf = leaf_for_response(named, value);
    if (leaf.value) text_bytes_ += text_bytes_of(*leaf.value);
    if (leaf.value) return std::move(leaf.value);
    note(at, leaf.problem);
    return std::nullopt;
  }

  Completed list(const Place& at, const ast::Type& item, const json::value& value) {
    if (!value.is_array()) {
      note(at, fmt::format("Expected Iterable, but did not find one for field \"{}.{}\".", at.owner.name,
                           at.group.first().name));
      return std::nullopt;
    }
    json::array items;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      path_.emplace_back(i);
      Completed completed = nullable_value(at, item, value.get_array()[i]);
      path_.pop_back();
      if (!completed) return std::nullopt;
      items.push_back(std::move(*completed));
    }
    return items;
  }

  Completed object(const Place& at, const ast::TypeDefinition& type, const json::value& value) {
    const ObjectMaker* maker = value.is_object() ? nullptr : plan_.schema.maker(type.name);
    json::value made;
    std::vector<const std::vector<ast::Selection>*> selections;
    for (const ast::Selection* field : at.group.fields) selections.push_back(&field->selections);
    json::object fields;
    for (const FieldGroup& group : plan_.collect(selections)) {
      if (group.first().name == "__typename") {
        fields[group.key] = type.name;
        continue;
      }
      if (maker != nullptr) made = (*std::exchange(maker, nullptr))(value, source_);
      path_.emplace_back(group.key);
      Completed completed = field({type, group}, made.is_null() ? value : made);
      path_.pop_back();
      if (!completed) return std::nullopt;
      fields[group.key] = std::move(*completed);
    }
    return fields;
  }

  Completed field(const Place& at, const json::value& parent) {
    const ast::Selection& first = at.group.first();
    const ast::FieldDefinition& definition = *plan_.schema.field(at.owner, first.name);
    if (is_too_large()) return std::nullopt;
    if (const FieldResolver* resolver = plan_.schema.resolver(at.owner.name, first.name)) {
      std::vector<RequestError> problems;
      const json::object arguments = coerce_arguments(plan_.schema, definition.arguments, first.arguments,
                                                      plan_.variables, first.location, problems);
      if (!problems.empty())
        return failed(at, definition.type, {problems.front().message, problems.front().code});
      return nullable_value(at, definition.type, (*resolver)(parent, arguments, source_));
    }
    const json::value* member = parent.is_object() ? parent.get_object().if_contains(first.name) : nullptr;
    return nullable_value(at, definition.type, member == nullptr ? json::value() : *member);
  }

  void note(const Place& at, std::string_view message, std::string_view code = "INTERNAL_SERVER_ERROR") {
    std::vector<Location> locations;
    for (const ast::Selection* field : at.group.fields) locations.push_back(field->location);
    errors_.push_back(json::object{{"message", message},
                                   {"locations", shown(locations)},
                                   {"path", path_},
                                   {"extensions", {{"code", code}}}});
  }

  const Plan& plan_;
  const std::any& source_;
  json::array path_;
  json::array errors_;
  std::size_t values_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace

json::object complete(const Prepared& prepared, const std::vector<RootResult>& results,
                      const std::any& source) {
  return Completion(*prepared.plan, source).run(results);
}

json::object refused(const Prepared& prepared) {
  json::array errors;
  for (const RequestError& error : prepared.errors) {
    json::object one{{"message", error.message}};
    if (!error.locations.empty()) one["locations"] = shown(error.locations);
    one["extensions"] = {{"code", error.code}};
    errors.emplace_back(std::move(one));
  }
  return {{"errors", std::move(errors)}};
}

}  // namespace pilotlight::graphql
