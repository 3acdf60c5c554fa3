#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graphql/validate.hpp"

namespace pilotlight::graphql {
namespace {

using Fields = std::vector<const ast::Selection*>;

bool same_value(const ast::Value& a, const ast::Value& b);

/// Whether two argument lists say the same, in any order. Neither names anything twice.
bool same_arguments(const std::vector<ast::Argument>& a, const std::vector<ast::Argument>& b) {
  if (&a == &b) return true;
  if (a.size() != b.size()) return false;
  std::map<std::string_view, const ast::Value*> values;
  for (const ast::Argument& argument : b) values[argument.name] = &argument.value;
  return std::all_of(a.begin(), a.end(), [&](const ast::Argument& argument) {
    const auto found = values.find(argument.name);
    return found != values.end() && same_value(argument.value, *found->second);
  });
}

bool same_value(const ast::Value& a, const ast::Value& b) {
  if (a.kind != b.kind || a.text != b.text || !same_arguments(a.fields, b.fields)) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value);
}

/// Every object has one type in a valid document, so fields with one key in one scope must be the same field;
/// comparing each with the first of its key is then enough.
class Merging {
 public:
  Merging(const DocumentIndex& index, Report& report) : index_(index), report_(report) {}

  void scope(const std::vector<const std::vector<ast::Selection>*>& sets) {
    std::map<std::string_view, Fields> by_key;
    std::set<std::string_view> spread;
    for (const std::vector<ast::Selection>* set : sets) collect(*set, by_key, spread);
    for (const auto& [key, fields] : by_key) {
      std::vector<const std::vector<ast::Selection>*> below;
      for (const ast::Selection* field : fields) {
        if (!same(key, *fields.front(), *field)) break;
        if (!field->selections.empty()) below.push_back(&field->selections);
      }
      if (!below.empty()) scope(below);
    }
  }

 private:
  void collect(const std::vector<ast::Selection>& selections, std::map<std::string_view, Fields>& by_key,
               std::set<std::string_view>& spread) {
    for (const ast::Selection& selection : selections) {
      switch (selection.kind) {
        case ast::SelectionKind::field: by_key[selection.key()].push_back(&selection); break;
        case ast::SelectionKind::inline_fragment: collect(selection.selections, by_key, spread); break;
        case ast::SelectionKind::spread: {
          const ast::Fragment* fragment = index_.fragment(selection.name);
          if (spread.insert(selection.name).second) collect(fragment->selections, by_key, spread);
          break;
        }
      }
    }
  }

  bool same(std::string_view key, const ast::Selection& first, const ast::Selection& other) {
    std::string why;
    if (first.name != other.name) {
      why = fmt::format("\"{}\" and \"{}\" are different fields", first.name, other.name);
    } else if (!same_arguments(first.arguments, other.arguments)) {
      why = "they have differing arguments";
    } else {
      return true;
    }
    report_.add(
        fmt::format("Fields \"{}\" conflict because {}. Use different aliases on the fields to fetch both if "
                    "this was intentional.",
                    key, why),
        {first.location, other.location});
    return false;
  }

  const DocumentIndex& index_;
  Report& report_;
};

}  // namespace

void check_merging(const DocumentIndex& index, Report& report) {
  for (const ast::Operation* operation : index.operations)
    Merging(index, report).scope({&operation->selections});
}

}  // namespace pilotlight::graphql
