#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::api {

/// Reads the coerced fields of an input object into the fields of a patch: an absent one stays absent, null
/// means the field's default.
class InputFields {
 public:
  explicit InputFields(const boost::json::object& fields) : fields_(fields) {}

  const boost::json::value* find(std::string_view name) const { return fields_.if_contains(name); }

  void text(std::string_view name, std::optional<std::string>& into) const {
    if (const auto* value = find(name))
      into = value->is_null() ? std::string() : std::string(value->get_string());
  }
  void number(std::string_view name, std::optional<std::int64_t>& into, std::int64_t null_means) const {
    if (const auto* value = find(name)) into = value->is_null() ? null_means : value->get_int64();
  }
  void flag(std::string_view name, std::optional<bool>& into, bool null_means) const {
    if (const auto* value = find(name)) into = value->is_null() ? null_means : value->get_bool();
  }
  /// Null items are left out.
  void texts(std::string_view name, std::optional<std::vector<std::string>>& into) const {
    const auto* value = find(name);
    if (value == nullptr) return;
    into.emplace();
    if (value->is_null()) return;
    for (const boost::json::value& item : value->get_array())
      if (item.is_string()) into->emplace_back(item.get_string());
  }

 private:
  const boost::json::object& fields_;
};

/// A required text of an input object.
inline std::string text_of(const boost::json::object& fields, std::string_view name) {
  const auto* value = fields.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace pilotlight::api
