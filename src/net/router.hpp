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
  explicit Router(std::vector<Route> routes);

  /// What a look-up found: a route; or none, with the methods that the path does know (empty: no such path).
  struct Match {
    const Route* route = nullptr;
    std::string allowed;
  };
  Match find(Method method, std::string_view path) const;

 private:
  static bool matches(const PathSegments& pattern, const PathSegments& path);

  std::vector<Route> routes_;
  std::vector<PathSegments> patterns_;  ///< views into the patterns of routes_
};

/// The name of a method in upper case; "?" for `other`.
std::string_view method_name(Method method);

}  // namespace pilotlight::net
