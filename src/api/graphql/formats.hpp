#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

/// How values of fields are written in GraphQL. A format has two static functions: `read` takes a coerced
/// value, and the default that null stands for, into the field of a patch, or refuses it; `write` returns
/// what is shown.
namespace pilotlight::api::face {

boost::json::value text(std::string_view value);
boost::json::value text_or_null(std::string_view value);

inline boost::json::value to_json(bool value) {
  return value;
}
inline boost::json::value to_json(std::int64_t value) {
  return value;
}
inline boost::json::value to_json(milliseconds value) {
  return value.count();
}
boost::json::value to_json(const std::string& value);
boost::json::value to_json(const std::vector<std::string>& values);
template <class T>
boost::json::value to_json(const std::optional<T>& value) {
  return value ? to_json(*value) : boost::json::value();
}

void from_json(const boost::json::value& given, bool& value);
void from_json(const boost::json::value& given, std::int64_t& value);
void from_json(const boost::json::value& given, milliseconds& value);
void from_json(const boost::json::value& given, std::string& value);
/// Null items are left out.
void from_json(const boost::json::value& given, std::vector<std::string>& values);
template <class T>
void from_json(const boost::json::value& given, std::optional<T>& value) {
  from_json(given, value.emplace());
}

/// Values as they are, times in milliseconds.
struct Plain {
  template <class T>
  static std::optional<Error> read(const boost::json::value& given, const T& null_means,
                                   std::optional<T>& into) {
    into.emplace(null_means);
    if (!given.is_null()) from_json(given, *into);
    return std::nullopt;
  }
  template <class T>
  static boost::json::value write(const T& value) {
    return to_json(value);
  }
};

/// A text that is shown as null while it is empty.
struct NullIfEmpty : Plain {
  static boost::json::value write(const std::string& value) { return text_or_null(value); }
};

/// A time in whole seconds.
struct InSeconds {
  static std::optional<Error> read(const boost::json::value& given, milliseconds null_means,
                                   std::optional<milliseconds>& into);
  static boost::json::value write(milliseconds value);
};

/// A number that is kept in thousandths and shown as whole_scaler_value says.
struct InThousandths {
  static std::optional<Error> read(const boost::json::value& given, std::int64_t null_means,
                                   std::optional<std::int64_t>& into);
  static boost::json::value write(std::int64_t value);
};

}  // namespace pilotlight::api::face
