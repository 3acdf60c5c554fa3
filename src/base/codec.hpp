#pragma once

#include <array>
#include <boost/pfr.hpp>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.hpp"

namespace pilotlight {

/// Turns plain values into bytes and back. Integers are little-endian and fixed in width, enums are their
/// integers, lists and texts carry a 32-bit count, variants the number of their alternative in one byte,
/// optionals and pointers one byte; any other aggregate is its fields in order. The format has no
/// self-description: the reader must ask for the type that was written. Evolution: fields are only ever added
/// at the end of a type that is itself written last, under a new version number kept by whoever frames the
/// bytes.
///
/// The number of an alternative is its index, or the `static constexpr std::uint8_t wire` that it declares: a
/// variant whose alternatives all have such numbers may be put into another order.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  template <class T>
  void put(const T& value);

 private:
  void raw(const void* data, std::size_t size) { out_.append(static_cast<const char*>(data), size); }

  std::string& out_;
};

/// Reads what Encoder wrote. Any bytes are safe to read: a short or impossible input makes `ok()` false for
/// good and every later value empty; no allocation exceeds the size of the input.
class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}

  template <class T>
  void get(T& value);

  bool ok() const { return ok_; }
  /// Everything was read and nothing was wrong.
  bool finished() const { return ok_ && in_.empty(); }
  std::size_t remaining() const { return in_.size(); }

 private:
  bool raw(void* data, std::size_t size) {
    if (!ok_ || in_.size() < size) {
      ok_ = false;
      return false;
    }
    std::memcpy(data, in_.data(), size);
    in_.remove_prefix(size);
    return true;
  }

  std::string_view in_;
  bool ok_ = true;
};

/// Specialise for types whose representation is private or whose bytes have an order of their own: `static
/// void put(Encoder&, const T&)` and `static bool get(Decoder&, T&)`, the latter false for bytes that are no
/// valid T.
template <class T>
struct CustomCodec;

namespace detail {

template <class T>
concept HasCustomCodec = requires(Encoder& e, Decoder& d, const T& c, T& m) {
  CustomCodec<T>::put(e, c);
  { CustomCodec<T>::get(d, m) } -> std::same_as<bool>;
};

template <class T, template <class...> class Of>
inline constexpr bool is_a = false;
template <template <class...> class Of, class... A>
inline constexpr bool is_a<Of<A...>, Of> = true;

template <class T>
inline constexpr bool is_duration = false;
template <class R, class P>
inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;
template <class T>
inline constexpr bool is_time_point = false;
template <class C, class D>
inline constexpr bool is_time_point<std::chrono::time_point<C, D>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

template <class... A>
std::variant<A...> as_variant(const std::variant<A...>&);
/// A std::variant or a class that derives from one.
template <class T>
concept IsVariant = requires(const T& value) {
  as_variant(value);
};
/// The std::variant that T is or derives from.
template <IsVariant T>
using VariantOf = decltype(as_variant(std::declval<const T&>()));

template <class T>
concept HasWireNumber = requires {
  { T::wire } -> std::convertible_to<std::uint8_t>;
};

template <class T>
constexpr std::uint8_t wire_number(std::size_t index) {
  if constexpr (HasWireNumber<T>) return T::wire;
  return static_cast<std::uint8_t>(index);
}

template <std::size_t N>
constexpr bool distinct(const std::array<std::uint8_t, N>& numbers) {
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (numbers[i] == numbers[j]) return false;
  return true;
}

/// The numbers of a variant's alternatives, in their order.
template <class Variant>
struct WireNumbers;
template <class... A>
struct WireNumbers<std::variant<A...>> {
  static_assert((HasWireNumber<A> && ...) || !(HasWireNumber<A> || ...),
                "some alternatives of a variant have a number, some have none");
  static_assert(sizeof...(A) <= 256);

  static constexpr std::array<std::uint8_t, sizeof...(A)> values = [] {
    std::size_t index = 0;
    return std::array<std::uint8_t, sizeof...(A)>{wire_number<A>(index++)...};
  }();
  static_assert(distinct(values), "two alternatives of a variant have the same number");
};

/// The index of the alternative with this number; beyond the last if there is none.
template <IsVariant T>
constexpr std::size_t index_of(std::uint8_t number) {
  constexpr auto& numbers = WireNumbers<VariantOf<T>>::values;
  std::size_t index = 0;
  while (index < numbers.size() && numbers[index] != number) ++index;
  return index;
}

/// Calls `use` with a default-made alternative of the variant at `index`; false if there is none.
template <IsVariant T, std::size_t I = 0, class Use>
bool with_alternative(std::size_t index, Use&& use) {
  using Variant = VariantOf<T>;
  if constexpr (I == std::variant_size_v<Variant>) {
    return false;
  } else {
    if (index == I) {
      use(std::variant_alternative_t<I, Variant>{});
      return true;
    }
    return with_alternative<T, I + 1>(index, std::forward<Use>(use));
  }
}

}  // namespace detail

template <class T>
void Encoder::put(const T& value) {
  if constexpr (detail::HasCustomCodec<T>) {
    CustomCodec<T>::put(*this, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    put(static_cast<std::uint8_t>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    static_assert(std::endian::native == std::endian::little);
    raw(&value, sizeof value);
  } else if constexpr (std::is_enum_v<T>) {
    put(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (detail::is_duration<T>) {
    put(static_cast<std::int64_t>(value.count()));
  } else if constexpr (detail::is_time_point<T>) {
    put(value.time_since_epoch());
  } else if constexpr (std::is_same_v<T, std::string>) {
    put(static_cast<std::uint32_t>(value.size()));
    raw(value.data(), value.size());
  } else if constexpr (detail::is_a<T, std::vector>) {
    put(static_cast<std::uint32_t>(value.size()));
    for (const auto& element : value) put(element);
  } else if constexpr (detail::is_array<T>) {
    for (const auto& element : value) put(element);
  } else if constexpr (detail::is_a<T, std::optional> || detail::is_a<T, std::shared_ptr>) {
    put(static_cast<std::uint8_t>(value ? 1 : 0));
    if (value) put(*value);
  } else if constexpr (detail::IsVariant<T>) {
    put(detail::WireNumbers<detail::VariantOf<T>>::values[value.index()]);
    std::visit([this](const auto& alternative) { put(alternative); }, value);
  } else {
    static_assert(std::is_aggregate_v<T>, "no encoding for this type");
    boost::pfr::for_each_field(value, [this](const auto& field) { put(field); });
  }
}

template <class T>
void Decoder::get(T& value) {
  if (!ok_) return;
  if constexpr (detail::HasCustomCodec<T>) {
    if (!CustomCodec<T>::get(*this, value)) ok_ = false;
  } else if constexpr (std::is_same_v<T, bool>) {
    std::uint8_t byte = 0;
    get(byte);
    if (byte > 1) ok_ = false;
    value = byte == 1;
  } else if constexpr (std::is_arithmetic_v<T>) {
    raw(&value, sizeof value);
  } else if constexpr (std::is_enum_v<T>) {
    std::underlying_type_t<T> number{};
    get(number);
    value = static_cast<T>(number);
  } else if constexpr (detail::is_duration<T>) {
    std::int64_t count = 0;
    get(count);
    value = T{static_cast<typename T::rep>(count)};
  } else if constexpr (detail::is_time_point<T>) {
    typename T::duration since{};
    get(since);
    value = T{since};
  } else if constexpr (std::is_same_v<T, std::string>) {
    std::uint32_t size = 0;
    get(size);
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return;
    }
    value.assign(in_.data(), size);
    in_.remove_prefix(size);
  } else if constexpr (detail::is_a<T, std::vector>) {
    std::uint32_t count = 0;
    get(count);
    value.clear();
    for (std::uint32_t i = 0; ok_ && i < count; ++i) {
      if (in_.empty())
        ok_ = false;
      else
        get(value.emplace_back());
    }
  } else if constexpr (detail::is_array<T>) {
    for (auto& element : value) get(element);
  } else if constexpr (detail::is_a<T, std::optional>) {
    bool present = false;
    get(present);
    value.reset();
    if (ok_ && present) get(value.emplace());
  } else if constexpr (detail::is_a<T, std::shared_ptr>) {
    bool present = false;
    get(present);
    value.reset();
    if (!ok_ || !present) return;
    auto made = std::make_shared<std::remove_const_t<typename T::element_type>>();
    get(*made);
    value = std::move(made);
  } else if constexpr (detail::IsVariant<T>) {
    std::uint8_t number = 0;
    get(number);
    if (!ok_) return;
    const bool known = detail::with_alternative<T>(detail::index_of<T>(number), [&](auto alternative) {
      get(alternative);
      value = std::move(alternative);
    });
    if (!known) ok_ = false;
  } else {
    static_assert(std::is_aggregate_v<T>, "no decoding for this type");
    boost::pfr::for_each_field(value, [this](auto& field) { get(field); });
  }
}

template <class Tag>
struct CustomCodec<Id<Tag>> {
  static void put(Encoder& out, const Id<Tag>& id) { out.put(id.text()); }
  static bool get(Decoder& in, Id<Tag>& id) {
    std::string text;
    in.get(text);
    if (!in.ok()) return false;
    id = {};
    if (text.empty()) return true;
    const auto parsed = Id<Tag>::parse(text);
    if (parsed) id = *parsed;
    return parsed.has_value();
  }
};

/// The bytes of one value.
template <class T>
std::string encode(const T& value) {
  std::string out;
  Encoder(out).put(value);
  return out;
}

/// The value in these bytes; nullopt unless they are exactly one T.
template <class T>
std::optional<T> decode(std::string_view bytes) {
  std::optional<T> value(std::in_place);
  Decoder in(bytes);
  in.get(*value);
  if (!in.finished()) value.reset();
  return value;
}

}  // namespace pilotlight
