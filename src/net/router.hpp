#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/handler.hpp"
#include "net/text.hpp"

namespace pilotlight::net {

/// Finds the route of a request. Immutable once the server runs, so that all threads share it.
class Router {
 public:
  /// `routes` have no problem().
  explicit Router(std::vector<Route> routes);

  /// The two routes that the same requests would take, in a sentence; empty if there are none.
  static std::string problem(const std::vector<Route>& routes);

  /// What a look-up found: a route; or none, with the methods that the path does know (empty: no such path).
  struct Match {
    const Route* route = nullptr;
    std::string allowed;
  };
  Match find(Method method, std::string_view path) const;

 private:
  /// A pattern with its routes, one for each method, in order of registration.
  struct Pattern {
    PathSegments segments;  ///< views into routes_
    std::vector<std::size_t> routes;
  };
  using Patterns = std::vector<Pattern>;  ///< sorted: a path belongs to the first that matches it
  static bool comes_before(const Pattern& a, const Pattern& b);
  static bool matches(const PathSegments& pattern, const PathSegments& path);
  static const Pattern* first_match(const Patterns& patterns, const PathSegments& path);
  const Pattern* owner(const PathSegments& path) const;

  std::vector<Route> routes_;
  /// The patterns whose first two segments are literals, by the second: they come before all others, and most
  /// paths match none of them.
  std::map<std::string, Patterns, std::less<>> literal_;
  Patterns others_;
};

/// The name of a method in upper case; "?" for `other`.
std::string_view method_name(Method method);

}  // namespace pilotlight::net
