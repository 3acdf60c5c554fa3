#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "graphql/graphql.hpp"
#include "graphql/input.hpp"
#include "graphql/plan.hpp"
#include "graphql/scalars.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {

namespace json = boost::json;

namespace {

/// A long list gives way to other threads after each of so many elements: some 100 µs of work.
constexpr std::size_t elements_per_turn = 8;

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
  const ast::TypeDefinition* type = nullptr;         ///< the definition's, without lists and `!`
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

/// Writes one response: selections, null propagation, errors with their paths. A function that writes a value
/// returns false where there is none: an error was noted, and the enclosing place that may be null becomes
/// it.
class Completion {
 public:
  Completion(const Plan& plan, const std::any& source) : plan_(plan), source_(source) {}

  std::string run(const std::vector<RootResult>& results) {
    text_ = R"({"data":)";
    const std::size_t data = text_.size();
    const bool whole = roots(results);
    if (is_too_large()) return too_large();
    if (!whole) text_.replace(data, std::string::npos, "null");
    if (!errors_.empty()) text_.insert(1, "\"errors\":" + json::serialize(errors_) + ",");
    text_ += '}';
    return std::move(text_);
  }

 private:
  bool is_too_large() const { return values_ > plan_.values_max || text_bytes_ > plan_.text_bytes_max; }

  std::string too_large() const {
    const std::string bound = values_ > plan_.values_max
                                  ? fmt::format("{} values", plan_.values_max)
                                  : fmt::format("{} bytes of text", plan_.text_bytes_max);
    const std::string why = fmt::format("The response would have more than {}; ask for less at once.", bound);
    const json::object response{
        {"errors", {{{"message", why}, {"extensions", {{"code", "BAD_USER_INPUT"}}}}}}, {"data", nullptr}};
    return json::serialize(response);
  }

  /// A field while it is completed. The steps on the way to it stand in path_.
  struct Place {
    const ast::TypeDefinition& owner;
    Member& member;
  };

  /// All of them, also after one without a value.
  bool roots(const std::vector<RootResult>& results) {
    bool whole = true;
    auto result = results.begin();
    Objects all{plan_.root, members_of(*plan_.root, plan_.roots)};
    char before = '{';
    for (Member& member : all.members) {
      begin_field(member, before);
      if (member.definition == nullptr)
        write(json::value(plan_.root->name));
      else
        whole &= root(member, *result++);
    }
    end_fields(before);
    return whole;
  }

  bool root(Member& member, const RootResult& result) {
    const Place at{*plan_.root, member};
    path_.emplace_back(member.group.key);
    const bool written = result.error ? failed(at, member.definition->type, *result.error)
                                      : nullable_value(at, member.definition->type, result.value);
    path_.pop_back();
    return written;
  }

  /// `before` is what stands before the field: an opening bracket, then commas. Names need no escapes.
  void begin_field(const Member& member, char& before) {
    text_ += std::exchange(before, ',');
    text_ += '"';
    text_ += member.group.key;
    text_ += "\":";
  }

  void end_fields(char before) { text_ += before == '{' ? "{}" : "}"; }

  void write(const json::value& leaf) {
    // The serializer writes 3.99 as 3.99E0.
    if (leaf.is_double()) {
      text_ += fmt::format("{}", leaf.get_double());
      return;
    }
    std::array<char, 4'096> buffer;
    serializer_.reset(&leaf);
    while (!serializer_.done()) text_ += serializer_.read(buffer.data(), buffer.size());
  }

  bool write_null() {
    text_ += "null";
    return true;
  }

  bool failed(const Place& at, const ast::Type& type, const FieldError& error) {
    note(at, error.message, error.code);
    return !is_required(type) && write_null();
  }

  /// A place that may be null stops an error from going further up.
  bool nullable_value(const Place& at, const ast::Type& type, const json::value& value) {
    ++values_;
    if (is_too_large()) return false;
    const std::size_t begin = text_.size();
    if (this->value(at, type, value)) return true;
    text_.resize(begin);
    return !is_required(type) && write_null();
  }

  bool value(const Place& at, const ast::Type& type, const json::value& value) {
    if (value.is_null()) {
      if (!is_required(type)) return write_null();
      note(at, fmt::format("Cannot return null for non-nullable field {}.{}.", at.owner.name,
                           at.member.group.first().name));
      return false;
    }
    const ast::Type& inner = nullable(type);
    if (inner.shape == ast::TypeShape::list) return list(at, *inner.of, value);
    const ast::TypeDefinition& named = *at.member.type;
    if (named.kind == ast::TypeKind::object) return object(at, named, value);
    const Coerced leaf = leaf_for_response(named, value);
    if (!leaf.value) {
      note(at, leaf.problem);
      return false;
    }
    text_bytes_ += text_bytes_of(*leaf.value);
    write(*leaf.value);
    return true;
  }

  bool list(const Place& at, const ast::Type& item, const json::value& value) {
    if (!value.is_array()) {
      note(at, fmt::format("Expected Iterable, but did not find one for field \"{}.{}\".", at.owner.name,
                           at.member.group.first().name));
      return false;
    }
    const json::array& elements = value.get_array();
    text_ += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i % elements_per_turn == elements_per_turn - 1) std::this_thread::yield();
      if (i > 0) text_ += ',';
      path_.emplace_back(i);
      const bool written = nullable_value(at, item, elements[i]);
      path_.pop_back();
      if (!written) return false;
    }
    text_ += ']';
    return true;
  }

  std::vector<Member> members_of(const ast::TypeDefinition& type, std::vector<FieldGroup> groups) {
    std::vector<Member> members;
    for (FieldGroup& group : groups) {
      Member& member = members.emplace_back(Member{std::move(group)});
      const ast::Selection& first = member.group.first();
      if (first.name == "__typename") continue;
      member.definition = plan_.schema.field(type, first.name);
      member.type = plan_.schema.type(named_type(member.definition->type));
      member.resolver = plan_.schema.resolver(type.name, first.name);
      if (member.resolver == nullptr || is_too_large()) continue;
      std::vector<RequestError> problems;
      member.arguments = coerce_arguments(plan_.schema, member.definition->arguments, first.arguments,
                                          plan_.variables, first.location, problems);
      if (!problems.empty()) member.problem = std::move(problems.front());
      Amount amount;
      amount.add(member.arguments);
      values_ += amount.values;
      text_bytes_ += amount.text_bytes;
    }
    return members;
  }

  Objects& objects_at(const Place& at, const ast::TypeDefinition& type) {
    std::unique_ptr<Objects>& objects = at.member.objects;
    if (objects) return *objects;
    std::vector<const std::vector<ast::Selection>*> selections;
    for (const ast::Selection* field : at.member.group.fields) selections.push_back(&field->selections);
    objects = std::make_unique<Objects>(Objects{&type, members_of(type, plan_.collect(selections))});
    return *objects;
  }

  bool object(const Place& at, const ast::TypeDefinition& type, const json::value& value) {
    char before = '{';
    for (Member& member : objects_at(at, type).members) {
      begin_field(member, before);
      if (member.definition == nullptr) {
        write(json::value(type.name));
        continue;
      }
      path_.emplace_back(member.group.key);
      const bool written = field({type, member}, value);
      path_.pop_back();
      if (!written) return false;
    }
    end_fields(before);
    return true;
  }

  bool field(const Place& at, const json::value& parent) {
    const Member& member = at.member;
    const ast::Type& type = member.definition->type;
    if (is_too_large()) return false;
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
  std::string text_;                                               ///< the response, as far as it is written
  json::serializer serializer_;
  json::array errors_;
  std::size_t values_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace

std::string complete(const Prepared& prepared, const std::vector<RootResult>& results,
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
