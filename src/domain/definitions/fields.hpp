#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/codec.hpp"
#include "base/time.hpp"
#include "domain/definitions/breach.hpp"

/// A table of fields is a std::tuple with one Field or ServerField for each field of an entity. What is true
/// of every field follows from the table: how a patch is applied, which values are refused, which changes
/// need new workers, the order of the stored bytes. Include a table only where one of these is made.
namespace pilotlight {

/// The longest text of a field that sets no bound of its own, in bytes.
inline constexpr std::int64_t text_max = 64 * 1024;

/// The place of a field in its entity.
template <class Entity, class Value>
struct Member {
  Value Entity::*member;

  constexpr const Value& operator()(const Entity& entity) const { return entity.*member; }
  constexpr Value& operator()(Entity& entity) const { return entity.*member; }
};

/// The place of a field in a part of its entity.
template <class Entity, class Part, class Value>
struct PartMember {
  Part Entity::*part;
  Value Part::*member;

  constexpr const Value& operator()(const Entity& entity) const { return entity.*part.*member; }
  constexpr Value& operator()(Entity& entity) const { return entity.*part.*member; }
};

/// A field that a patch may set. A patch may clear it exactly if `Value` is an optional.
template <class Place, class Patch, class Value>
struct Field {
  static constexpr bool in_patch = true;

  Place of;
  std::optional<Value> Patch::*change;
  std::string_view name;  ///< as the member's
  Bound bound{};
  bool renews = false;  ///< a change of the field needs new workers

  constexpr Field within(std::int64_t least, std::int64_t most) const {
    Field bounded = *this;
    bounded.bound.least = least;
    bounded.bound.most = most;
    return bounded;
  }
  constexpr Field within(milliseconds least, milliseconds most) const {
    return within(least.count(), most.count());
  }
  constexpr Field at_least(std::int64_t least) const { return within(least, Bound{}.most); }
  constexpr Field or_zero() const {
    Field bounded = *this;
    bounded.bound.or_zero = true;
    return bounded;
  }
  constexpr Field renews_workers() const {
    Field renewing = *this;
    renewing.renews = true;
    return renewing;
  }
};

/// A field that only the server sets.
template <class Place>
struct ServerField {
  static constexpr bool in_patch = false;

  Place of;
  std::string_view name;
};

template <class Value>
constexpr Bound bound_of_any() {
  if constexpr (std::is_same_v<Value, std::string>) return {.least = 0, .most = text_max, .is_length = true};
  return {};
}

template <class Entity, class Patch, class Value>
constexpr auto field(Value Entity::*member, std::optional<Value> Patch::*change, std::string_view name) {
  return Field<Member<Entity, Value>, Patch, Value>{{member}, change, name, bound_of_any<Value>()};
}
template <class Entity, class Part, class Patch, class Value>
constexpr auto field(Part Entity::*part, Value Part::*member, std::optional<Value> Patch::*change,
                     std::string_view name) {
  return Field<PartMember<Entity, Part, Value>, Patch, Value>{
      {part, member}, change, name, bound_of_any<Value>()};
}
template <class Entity, class Value>
constexpr auto server_field(Value Entity::*member, std::string_view name) {
  return ServerField<Member<Entity, Value>>{{member}, name};
}

/// Calls `use` with each field, in order.
template <class... Fields, class Use>
constexpr void for_each_field(const std::tuple<Fields...>& fields, Use&& use) {
  std::apply([&use](const Fields&... field) { (use(field), ...); }, fields);
}

/// Calls `use` with each field that a patch may set, in order.
template <class... Fields, class Use>
constexpr void for_each_change(const std::tuple<Fields...>& fields, Use&& use) {
  for_each_field(fields, [&use]<class F>(const F& field) {
    if constexpr (F::in_patch) use(field);
  });
}

/// The number of fields that a patch may set.
template <class... Fields>
constexpr std::size_t changes_in(const std::tuple<Fields...>&) {
  return (std::size_t{Fields::in_patch} + ...);
}

template <auto Change, class Row>
constexpr bool is_set_by(const Row& row) {
  if constexpr (Row::in_patch)
    if constexpr (std::is_same_v<decltype(row.change), decltype(Change)>) return row.change == Change;
  return false;
}

/// The field of a table that this member of the patch sets.
template <auto Change, const auto& Fields>
constexpr const auto& field_of() {
  constexpr std::size_t before = std::apply(
      [](const auto&... row) {
        std::size_t count = 0;
        (void)((is_set_by<Change>(row) || (++count, false)) || ...);
        return count;
      },
      Fields);
  return std::get<before>(Fields);
}

/// The value as its bound counts it; nullopt for a value that has no bound.
template <class Value>
std::optional<std::int64_t> measured(const Value& value) {
  if constexpr (detail::is_a<Value, std::optional>)
    return value ? measured(*value) : std::nullopt;
  else if constexpr (std::is_same_v<Value, std::string>)
    return static_cast<std::int64_t>(value.size());
  else if constexpr (std::is_same_v<Value, std::int64_t>)
    return value;
  else if constexpr (std::is_same_v<Value, milliseconds>)
    return value.count();
  else
    return std::nullopt;
}

template <class Fields, class Patch, class Entity>
void apply_fields(const Fields& fields, const Patch& patch, Entity& entity) {
  for_each_change(fields, [&](const auto& field) {
    if (const auto& value = patch.*field.change) field.of(entity) = *value;
  });
}

template <class Fields, class Entity>
bool renewing_fields_differ(const Fields& fields, const Entity& before, const Entity& after) {
  bool differ = false;
  for_each_change(fields, [&](const auto& field) {
    differ = differ || (field.renews && field.of(before) != field.of(after));
  });
  return differ;
}

/// The fields whose values are beyond their bounds.
template <class Fields, class Entity>
std::vector<Breach> bound_breaches(const Fields& fields, const Entity& entity) {
  std::vector<Breach> found;
  for_each_change(fields, [&](const auto& field) {
    const std::optional<std::int64_t> value = measured(field.of(entity));
    if (!value || (field.bound.or_zero && *value == 0)) return;
    if (*value < field.bound.least) found.push_back({field.name, Side::below, field.bound});
    if (*value > field.bound.most) found.push_back({field.name, Side::above, field.bound});
  });
  return found;
}

}  // namespace pilotlight
