#include "api/rest_v2/serverless/reads.hpp"

#include <algorithm>
#include <unordered_map>

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/serverless/view.hpp"
#include "api/rest_v2/serverless/workers.hpp"
#include "service/definitions/containers.hpp"
#include "service/endpoints/endpoints.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

using Content = std::shared_ptr<const answer::CatalogContent>;

/// An environment that somebody replaces after the definitions were read is gone; so often they are read.
constexpr int looks_max = 3;

/// A JSON text, and whether a stored environment in it was gone.
struct View {
  std::string json;
  bool is_old = false;
};

View view_of(Store& store, const Endpoint& endpoint, const Template* used, std::string_view url) {
  const auto variables = service::container_variables(store, endpoint, used);
  const bool is_old = !variables && variables.error().code == Errc::not_found;
  const Seen seen{endpoint, used, variables ? std::optional(*variables) : std::nullopt};
  return {endpoint_view(seen, url), is_old};
}

Position position_of(const answer::EndpointEntry* entry) {
  return {to_ms(entry->endpoint->created), entry->endpoint->id.text()};
}

/// Templates by id.
using Templates = std::unordered_map<std::string_view, const Template*>;

Templates templates_in(const answer::CatalogContent& content) {
  Templates all;
  for (const auto& one : content.templates) all.emplace(one->id.view(), one.get());
  return all;
}

View list_view(Store& store, const answer::CatalogContent& content, const PageQuery& query,
               std::string_view url) {
  std::vector<const answer::EndpointEntry*> entries;
  for (const answer::EndpointEntry& entry : content.endpoints) entries.push_back(&entry);
  // The content is in order of creation, so this has little to do.
  std::reverse(entries.begin(), entries.end());
  sort_by_position(entries, position_of);
  const Templates templates = templates_in(content);
  bool is_old = false;
  JsonWriter json;
  const auto add_endpoint = [&](std::size_t i) {
    const Endpoint& endpoint = *entries[i]->endpoint;
    const auto used = templates.find(endpoint.template_id.view());
    const View view = view_of(store, endpoint, used == templates.end() ? nullptr : used->second, url);
    json.element(view.json);
    is_old = is_old || view.is_old;
  };
  const auto position = [&entries](std::size_t i) { return position_of(entries[i]); };
  const Page page = add_items(json, query, entries.size(), position, add_endpoint);
  add_pagination(json, page);
  return {json.done(), is_old};
}

/// The query of a list that each endpoint has: the cursors of another endpoint's do not count.
Result<PageQuery> page_query_of(const service::SeenEndpoint& seen, std::string_view list, const Call& call) {
  return page_query(list, call.query.root(), seen.entry.endpoint->id.view());
}

}  // namespace

awaitable<std::optional<service::SeenEndpoint>> endpoint_in(Context& context, const Call& call,
                                                            std::string_view pattern) {
  const auto id = id_in<EndpointId>(call.request, pattern);
  if (!id) co_return std::nullopt;
  co_return co_await service::read_endpoint(context, call.exchange, *id);
}

awaitable<std::string> show_saved(Context& context, Exchange& exchange, const answer::EndpointSaved& saved) {
  auto work = [&context, &saved] {
    return view_of(context.store, *saved.saved, saved.used.get(), context.settings.public_url);
  };
  View view = co_await on_files_thread(context, exchange, std::move(work));
  co_return std::move(view.json);
}

awaitable<Response> list_endpoints(Context& context, Call call) {
  const auto asked = page_query("endpoints", call.query.root());
  if (!asked) co_return not_valid({asked.error().message});
  View view{{}, true};
  for (int look = 0; look < looks_max && view.is_old; ++look) {
    const Content content = co_await service::read_catalog(context, call.exchange);
    auto work = [&context, &content, &asked] {
      return list_view(context.store, *content, *asked, context.settings.public_url);
    };
    view = co_await in_background(context, call.exchange, std::move(work));
  }
  co_return json_response(200, std::move(view.json));
}

awaitable<Response> show_endpoint(Context& context, Call call) {
  View view{{}, true};
  for (int look = 0; look < looks_max && view.is_old; ++look) {
    const auto seen = co_await endpoint_in(context, call, "/v2/serverless/{}");
    if (!seen) co_return not_found();
    auto work = [&context, &seen] {
      return view_of(context.store, *seen->entry.endpoint, seen->used.get(), context.settings.public_url);
    };
    view = co_await on_files_thread(context, call.exchange, std::move(work));
  }
  co_return json_response(200, std::move(view.json));
}

awaitable<Response> list_workers(Context& context, Call call) {
  const auto seen = co_await endpoint_in(context, call, "/v2/serverless/{}/workers");
  if (!seen) co_return not_found();
  const auto asked = page_query_of(*seen, "workers", call);
  if (!asked) co_return not_valid({asked.error().message});
  const EndpointId id = seen->entry.endpoint->id;
  const auto told = co_await service::read_workers_and_health(context, call.exchange, id);
  if (!told) co_return not_found();
  const SeenWorkers workers{*seen, told->workers, context.clock.now(), told->health.unhealthy};
  co_return json_response(200, workers_view(workers, *asked));
}

awaitable<Response> list_releases(Context& context, Call call) {
  const auto id = id_in<EndpointId>(call.request, "/v2/serverless/{}/releases");
  if (!id) co_return not_found();
  const auto told = co_await service::read_workers(context, call.exchange, *id);
  if (!told) co_return not_found();
  const auto asked = page_query("releases", call.query.root(), id->view());
  if (!asked) co_return not_valid({asked.error().message});
  co_return json_response(200, releases_view(*told, *asked));
}

awaitable<Response> list_builds(Context& context, Call call) {
  const auto seen = co_await endpoint_in(context, call, "/v2/serverless/{}/builds");
  if (!seen) co_return not_found();
  const auto asked = page_query_of(*seen, "builds", call);
  if (!asked) co_return not_valid({asked.error().message});
  co_return json_response(200, empty_list(*asked));
}

awaitable<Response> show_build(Context&, Call) {
  co_return not_found();
}

}  // namespace pilotlight::api::rest_v2::serverless
