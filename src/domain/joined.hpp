#pragma once

#include <variant>

namespace pilotlight {
namespace detail {

template <class... Variants>
struct Join;
template <class... A>
struct Join<std::variant<A...>> {
  using type = std::variant<A...>;
};
template <class... A, class... B, class... Rest>
struct Join<std::variant<A...>, std::variant<B...>, Rest...> : Join<std::variant<A..., B...>, Rest...> {};

}  // namespace detail

/// Joins variants into one that has the alternatives of all.
template <class... Variants>
using Joined = typename detail::Join<Variants...>::type;

}  // namespace pilotlight
