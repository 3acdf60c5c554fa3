#include "api/cross_origin.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "net/router.hpp"

namespace pilotlight::api {
namespace {

using Shared = std::shared_ptr<const CrossOrigins>;

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> all;
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    all.emplace_back(one);
  }
  return all;
}

/// scheme://host or scheme://host:port, as browsers send it.
bool is_origin(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == text.npos || scheme == 0) return false;
  const std::string_view host = text.substr(scheme + 3);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("+-.:[]").find(c) != std::string_view::npos;
  };
  return !host.empty() &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme), plain) &&
         std::all_of(host.begin(), host.end(), plain);
}

void let_read(net::Response& response, const std::string& origin) {
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back("Access-Control-Expose-Headers", "X-Runpod-Job-Id, Retry-After");
  if (origin != "*") response.headers.emplace_back("Vary", "Origin");
}

net::awaitable<net::Response> answer_page(const net::Handler& handler, std::string origin,
                                          net::Request request, net::Exchange& exchange) {
  net::Response response = co_await handler(std::move(request), exchange);
  let_read(response, origin);
  co_return response;
}

net::Handler for_pages(Shared origins, net::Handler handler) {
  return [origins = std::move(origins), handler = std::move(handler)](net::Request request,
                                                                      net::Exchange& exchange) {
    std::string origin = origins->allowed(request);
    if (origin.empty()) return handler(std::move(request), exchange);
    return answer_page(handler, std::move(origin), std::move(request), exchange);
  };
}

net::Admission for_pages(Shared origins, net::Admission admission) {
  if (!admission) return {};
  return [origins = std::move(origins), admission = std::move(admission)](const net::Request& request) {
    std::optional<net::Response> refusal = admission(request);
    const std::string origin = refusal ? origins->allowed(request) : std::string();
    if (!origin.empty()) let_read(*refusal, origin);
    return refusal;
  };
}

constexpr std::string_view asked_again_after = "86400";

net::awaitable<net::Response> allow(std::string origin, std::string methods, std::string headers) {
  net::Response response;
  response.status = 204;
  response.headers.emplace_back("Allow", methods);
  if (!origin.empty()) {
    let_read(response, origin);
    response.headers.emplace_back("Access-Control-Allow-Methods", std::move(methods));
    if (!headers.empty()) response.headers.emplace_back("Access-Control-Allow-Headers", std::move(headers));
    response.headers.emplace_back("Access-Control-Max-Age", asked_again_after);
  }
  co_return response;
}

net::Route preflight(Shared origins, std::string pattern, std::string methods) {
  net::Route route;
  route.method = net::Method::options;
  route.pattern = std::move(pattern);
  route.handler = [origins = std::move(origins), methods = std::move(methods)](net::Request request,
                                                                               net::Exchange&) {
    return allow(origins->allowed(request), methods,
                 std::string(request.field(net::Field::requested_headers)));
  };
  return route;
}

}  // namespace

CrossOrigins::CrossOrigins(std::string_view list) {
  if (list == "*")
    all_ = true;
  else if (list != "none")
    origins_ = split(list);
}

std::string CrossOrigins::allowed(const net::Request& request) const {
  const std::string_view origin = request.field(net::Field::origin);
  if (origin.empty()) return {};
  if (all_) return "*";
  const bool known = std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
  return known ? std::string(origin) : std::string();
}

std::string CrossOrigins::problem(std::string_view list) {
  if (list == "*" || list == "none") return {};
  if (list.empty()) return "the list is empty; write none to allow no origin";
  for (const std::string& origin : split(list))
    if (!is_origin(origin))
      return "\"" + origin +
             "\" is not an origin; write origins in lower case and without a path, separated by commas, such "
             "as " +
             "https://app.example.org, or only * for all origins, or only none for no origin";
  return {};
}

std::vector<Door> with_cross_origin(const CrossOrigins& origins, std::vector<Door> doors) {
  if (origins.none()) return doors;
  const auto shared = std::make_shared<const CrossOrigins>(origins);
  std::map<std::string, std::string> methods;
  for (Door& door : doors) {
    net::Route& route = door.route;
    std::string& all = methods[route.pattern];
    all += (all.empty() ? "" : ", ") + std::string(net::method_name(route.method));
    route.handler = for_pages(shared, std::move(route.handler));
    route.admission = for_pages(shared, std::move(route.admission));
  }
  for (const auto& [pattern, names] : methods)
    doors.emplace_back(Access::everybody, preflight(shared, pattern, names));
  return doors;
}

}  // namespace pilotlight::api
