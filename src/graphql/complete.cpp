#include <fmt/format.h>

#include <memory>
#include <variant>

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

struct Objects;

/// A selected field of the objects at one place of a response.
struct Member {
  FieldGroup group;
  const ast::FieldDefinition* definition = nullptr;  ///< null: __typename
  const FieldResolver* resolver = nullptr;
  json::object arguments = {};               ///< coerced; for the resolver
  std::optional<RequestError> problem = {};  ///< with the arguments
  std::unique_ptr<Objects> objects = {};     ///< objects of the field, once the first is completed
};

/// The members that all objects at one place of a response have, such as the elements of a list: looked up
/// once.
struct Objects {
  const ast::TypeDefinition* type = nullptr;
  std::vector<Member> members;
};

/// Builds one response: selections, null propagation, errors with their paths.
class Completion {
 public:
  Completion(const Plan& plan, const std::any& source) : plan_(plan), source_(source) {}

  json::object run(const std::vector<RootResult>& results) {
    json::object data;
    bool whole = true;
    auto result = results.begin();
    Objects roots{plan_.root, members_of(*plan_.root, plan_.roots)};
    for (Member& member : roots.members) {
      if (member.definition == nullptr) {
        data[member.group.key] = plan_.root->name;
        continue;
      }
      Completed value = root(member, *result++);
      if (!value) whole = false;
      if (value) data[member.group.key] = std::move(*value);
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

  /// A field while it is completed. The steps on the way to it stand in path_.
  struct Place {
    const ast::TypeDefinition& owner;
    Member& member;
  };

  Completed root(Member& member, const RootResult& result) {
    const Place at{*plan_.root, member};
    path_.emplace_back(member.group.key);
    Completed value = result.error ? failed(at, member.definition->type, *result.error)
                                   : nullable_value(at, member.definition->type, result.value);
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
                           at.member.group.first().name));
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
                           at.member.group.first().name));
      return std::nullopt;
    }
    json::array items;
    items.reserve(value.get_array().size());
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      path_.emplace_back(i);
      Completed completed = nullable_value(at, item, value.get_array()[i]);
      path_.pop_back();
      if (!completed) return std::nullopt;
      items.push_back(std::move(*completed));
    }
    return items;
  }

  std::vector<Member> members_of(const ast::TypeDefinition& type, std::vector<FieldGroup> groups) const {
    std::vector<Member> members;
    for (FieldGroup& group : groups) {
      Member& member = members.emplace_back(Member{std::move(group)});
      const ast::Selection& first = member.group.first();
      if (first.name == "__typename") continue;
      member.definition = plan_.schema.field(type, first.name);
      member.resolver = plan_.schema.resolver(type.name, first.name);
      if (member.resolver == nullptr) continue;
      std::vector<RequestError> problems;
      member.arguments = coerce_arguments(plan_.schema, member.definition->arguments, first.arguments,
                                          plan_.variables, first.location, problems);
      if (!problems.empty()) member.problem = std::move(problems.front());
    }
    return members;
  }

  Objects& objects_at(const Place& at, const ast::TypeDefinition& type) const {
    std::unique_ptr<Objects>& objects = at.member.objects;
    if (objects) return *objects;
    std::vector<const std::vector<ast::Selection>*> selections;
    for (const ast::Selection* field : at.member.group.fields) selections.push_back(&field->selections);
    objects = std::make_unique<Objects>(Objects{&type, members_of(type, plan_.collect(selections))});
    return *objects;
  }

  Completed object(const Place& at, const ast::TypeDefinition& type, const json::value& value) {
    Objects& objects = objects_at(at, type);
    json::object fields;
    fields.reserve(objects.members.size());
    for (Member& member : objects.members) {
      if (member.definition == nullptr) {
        fields[member.group.key] = type.name;
        continue;
      }
      path_.emplace_back(member.group.key);
      Completed completed = field({type, member}, value);
      path_.pop_back();
      if (!completed) return std::nullopt;
      fields[member.group.key] = std::move(*completed);
    }
    return fields;
  }

  Completed field(const Place& at, const json::value& parent) {
    const Member& member = at.member;
    const ast::Type& type = member.definition->type;
    if (is_too_large()) return std::nullopt;
    if (member.problem) return failed(at, type, {member.problem->message, member.problem->code});
    if (member.resolver != nullptr)
      return nullable_value(at, type, (*member.resolver)(parent, member.arguments, source_));
    const json::value* found =
        parent.is_object() ? parent.get_object().if_contains(member.group.first().name) : nullptr;
    return nullable_value(at, type, found == nullptr ? json::value() : *found);
  }

  void note(const Place& at, std::string_view message, std::string_view code = "INTERNAL_SERVER_ERROR") {
    std::vector<Location> locations;
    for (const ast::Selection* field : at.member.group.fields) locations.push_back(field->location);
    errors_.push_back(json::object{{"message", message},
                                   {"locations", shown(locations)},
                                   {"path", shown_path()},
                                   {"extensions", {{"code", code}}}});
  }

  json::array shown_path() const {
    json::array path;
    for (const auto& step : path_) std::visit([&path](const auto& one) { path.emplace_back(one); }, step);
    return path;
  }

  const Plan& plan_;
  const std::any& source_;
  std::vector<std::variant<std::string_view, std::size_t>> path_;  ///< keys, and places in lists
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
