#include "api/rest_v2/foreign_lists.hpp"

#include "api/responses.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/values.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using namespace values;

constexpr Field pods_query_fields[] = {
    limit_field, cursor_field, {.name = "includeClusterPods", .schema = &flag}};
constexpr Schema pods_query{.type = Type::object, .fields = pods_query_fields};

template <const std::string_view& Member, const std::string_view& Name>
struct ListAnswer {
  static constexpr Field fields[] = {{.name = Member,
                                      .schema = &things,
                                      .needed = Needed::yes,
                                      .about = "Always empty: they are out of scope here"},
                                     pagination_field};
  static constexpr Schema schema{.type = Type::object, .name = Name, .fields = fields, .open = true};
};

awaitable<Response> list_nothing(std::string_view member, Call call) {
  const auto asked = page_query(member, call.query.root());
  if (!asked) co_return not_valid({asked.error().message});
  co_return json_response(200, empty_list(*asked));
}

template <const std::string_view& Member, const std::string_view& Name>
Operation empty_list_operation(std::string path, std::string_view id, std::string_view summary,
                               const Schema& query) {
  return {.method = net::Method::get,
          .path = std::move(path),
          .id = id,
          .summary = summary,
          .query = &query,
          .answer = &ListAnswer<Member, Name>::schema,
          .handler = [](Call call) { return list_nothing(Member, std::move(call)); }};
}

constexpr std::string_view pods_member = "pods", pods_answer = "ListPodsResponse";
constexpr std::string_view clusters_member = "clusters", clusters_answer = "ListClustersResponse";
constexpr std::string_view volumes_member = "globalVolumes", volumes_answer = "ListGlobalVolumesResponse";
constexpr std::string_view delegations_member = "delegations", delegations_answer = "ListDelegationsResponse";

}  // namespace

std::vector<Operation> foreign_list_operations() {
  return {empty_list_operation<pods_member, pods_answer>("/v2/pods", "listPods", "Lists no pods", pods_query),
          empty_list_operation<clusters_member, clusters_answer>("/v2/clusters", "listClusters",
                                                                 "Lists no clusters", page_schemas::query),
          empty_list_operation<volumes_member, volumes_answer>(
              "/v2/global-volumes", "listGlobalVolumes", "Lists no global volumes", page_schemas::query),
          empty_list_operation<delegations_member, delegations_answer>(
              "/v2/registries/delegations", "listDelegations", "Lists no delegations of registries",
              page_schemas::query)};
}

}  // namespace pilotlight::api::rest_v2
