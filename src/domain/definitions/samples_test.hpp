#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/time.hpp"
#include "domain/definitions/fields.hpp"
#include "domain/payload.hpp"

namespace pilotlight {

/// A value of a field that is not `other`. The number makes texts, times and numbers differ among each other.
template <class T>
T sample(const T& other, std::int64_t number = 77) {
  const std::string text = std::to_string(number);
  if constexpr (detail::is_a<T, std::optional>)
    return sample(typename T::value_type{}, number);
  else if constexpr (std::is_same_v<T, bool>)
    return !other;
  else if constexpr (std::is_enum_v<T>)
    return static_cast<T>(1);
  else if constexpr (std::is_same_v<T, std::string>)
    return text;
  else if constexpr (detail::is_a<T, std::vector>)
    return {text};
  else if constexpr (requires { T::parse(text); })
    return T::parse(text).value();
  else if constexpr (requires { other.place; })
    return {static_cast<RowNumber>(number), 5, PayloadPlace::row};
  else
    return T{milliseconds{number * 1000}};
}
template <>
inline std::int64_t sample(const std::int64_t&, std::int64_t number) {
  return number * 1000;
}

/// An entity in which every field of the table has a sample.
template <class Entity, class Fields>
Entity filled(const Fields& fields) {
  Entity entity;
  std::int64_t number = 1'000;
  for_each_field(fields, [&](const auto& field) { field.of(entity) = sample(field.of(entity), ++number); });
  return entity;
}

}  // namespace pilotlight
