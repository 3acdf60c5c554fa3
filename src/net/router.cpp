#include "net/router.hpp"

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

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) patterns_.push_back(path_segments(route.pattern));
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
  Match match;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!matches(patterns_[i], segments)) continue;
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
