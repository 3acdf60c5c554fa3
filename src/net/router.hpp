#pragma once

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
  static bool comes_before(const Pattern& a, const Pattern& b);
  static bool matches(const PathSegments& pattern, const PathSegments& path);

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  ///< sorted: a path belongs to the first that matches it
};

/// The name of a method in upper case; "?" for `other`.
std::string_view method_name(Method method);

}  // namespace pilotlight::net
