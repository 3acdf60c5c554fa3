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
  for (auto& [segments, pattern] : by_segments) {
    const bool literal = segments.size() > 1 && openness(segments[0]) == 0 && openness(segments[1]) == 0;
    Patterns& patterns = literal ? literal_[std::string(segments[1])] : others_;
    patterns.push_back(std::move(pattern));
  }
  for (auto& [second, patterns] : literal_) std::stable_sort(patterns.begin(), patterns.end(), comes_before);
  std::stable_sort(others_.begin(), others_.end(), comes_before);
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

const Router::Pattern* Router::first_match(const Patterns& patterns, const PathSegments& path) {
  const auto found = std::find_if(patterns.begin(), patterns.end(), [&path](const Pattern& pattern) {
    return matches(pattern.segments, path);
  });
  return found == patterns.end() ? nullptr : &*found;
}

const Router::Pattern* Router::owner(const PathSegments& path) const {
  if (path.size() > 1) {
    const auto literal = literal_.find(path[1]);
    const Pattern* found = literal == literal_.end() ? nullptr : first_match(literal->second, path);
    if (found != nullptr) return found;
  }
  return first_match(others_, path);
}

Router::Match Router::find(Method method, std::string_view path) const {
  const Pattern* pattern = owner(path_segments(path));
  Match match;
  if (pattern == nullptr) return match;
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
