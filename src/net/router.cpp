#include "net/router.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/assert.hpp"

namespace pilotlight::net {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: return "?";
  }
  UNREACHABLE();
}

namespace {

/// How much a segment of a pattern leaves open: literals come before `{}`, and that before `{*}`.
int openness(std::string_view segment) {
  if (segment == "{*}") return 2;
  return segment == "{}" ? 1 : 0;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  ASSERT(problem(routes_).empty());
  std::map<PathSegments, Pattern> by_segments;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const PathSegments segments = path_segments(routes_[i].pattern);
    Pattern& pattern = by_segments[segments];
    pattern.segments = segments;
    pattern.routes.push_back(i);
  }
  for (auto& [segments, pattern] : by_segments) patterns_.push_back(std::move(pattern));
  std::stable_sort(patterns_.begin(), patterns_.end(), comes_before);
}

std::string Router::problem(const std::vector<Route>& routes) {
  std::set<std::pair<PathSegments, Method>> seen;
  for (const Route& route : routes)
    if (!seen.emplace(path_segments(route.pattern), route.method).second)
      return "two routes have the pattern " + route.pattern + " and the method " +
             std::string(method_name(route.method)) + "; give each request one";
  return {};
}

bool Router::comes_before(const Pattern& a, const Pattern& b) {
  return std::lexicographical_compare(
      a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
      [](std::string_view one, std::string_view other) { return openness(one) < openness(other); });
}

bool Router::matches(const PathSegments& pattern, const PathSegments& path) {
  const bool open = !pattern.empty() && pattern.back() == "{*}";
  if (open ? path.size() < pattern.size() : path.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size() - (open ? 1 : 0); ++i) {
    if (pattern[i] == "{}" ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

Router::Match Router::find(Method method, std::string_view path) const {
  const auto segments = path_segments(path);
  const auto pattern =
      std::find_if(patterns_.begin(), patterns_.end(),
                   [&segments](const Pattern& candidate) { return matches(candidate.segments, segments); });
  Match match;
  if (pattern == patterns_.end()) return match;
  for (const std::size_t i : pattern->routes) {
    const Method offered = routes_[i].method;
    const bool as_get =
        method == Method::head && offered == Method::get && routes_[i].head_requests == HeadRequests::as_get;
    if (offered == method || as_get) return {&routes_[i], {}};
    if (offered == Method::options) continue;
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += method_name(offered);
  }
  return match;
}

}  // namespace pilotlight::net
