#include "api/rest_v2/catalog.hpp"

#include <span>

#include "api/responses.hpp"
#include "api/rest_v2/catalog_schemas.hpp"
#include "api/rest_v2/catalog_view.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/template_schemas.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

/// The part of a table that the query asks for, in the table's order.
template <class Row, class Wish, class Wanted>
Response rows_response(std::string_view member, std::span<const Row> table, const JsonValue& query,
                       const Wish& wish, Wanted wanted) {
  const auto asked = page_query(member, query);
  if (!asked) return not_valid({asked.error().message});
  std::vector<const Row*> rows;
  for (const Row& row : table)
    if (wanted(row)) rows.push_back(&row);
  JsonWriter json;
  const auto position = [&](std::size_t i) {
    return Position{table.data() - rows[i], std::string(rows[i]->id)};
  };
  const Page page = add_items(json, *asked, rows.size(), position, [&](std::size_t i) {
    add_row(json.open(), *rows[i], wish);
    json.close();
  });
  add_pagination(json, page);
  return json_response(200, json.done());
}

constexpr auto every_row = [](const auto&) { return true; };

/// `row` may be null: the catalogue does not have the id.
template <class Row, class Wish>
Response row_response(const Row* row, const Wish& wish) {
  if (row == nullptr) return not_found();
  JsonWriter json;
  add_row(json, *row, wish);
  return json_response(200, json.done());
}

std::string id_in(const Request& request) {
  const auto parts = net::captures("/v2/catalog/x/{}", request.path);
  return parts.empty() ? std::string() : parts.front();
}

Response gpu_types_response(const Call& call) {
  const auto wish = gpu_wish(call.query.root());
  if (!wish) return problem_of(wish.error());
  return rows_response("gpus", catalog::gpu_types(), call.query.root(), *wish, every_row);
}

Response gpu_type_response(const Call& call) {
  const auto wish = gpu_wish(call.query.root());
  return wish ? row_response(catalog::find_gpu_type(id_in(call.request)), *wish) : problem_of(wish.error());
}

Response cpu_types_response(const Call& call) {
  const auto wish = cpu_wish(call.query.root());
  if (!wish) return problem_of(wish.error());
  return rows_response("cpus", catalog::cpu_flavors(), call.query.root(), *wish, every_row);
}

Response cpu_type_response(const Call& call) {
  const auto wish = cpu_wish(call.query.root());
  return wish ? row_response(catalog::find_cpu_flavor(id_in(call.request)), *wish) : problem_of(wish.error());
}

Response data_centers_response(const Call& call) {
  const CenterWish wish = center_wish(call.query.root());
  return rows_response("dataCenters", catalog::data_centers(), call.query.root(), wish,
                       [&wish](const catalog::DataCenter& center) { return is_wanted(center, wish); });
}

Response data_center_response(const Call& call) {
  return row_response(catalog::find_data_center(id_in(call.request)), center_wish(call.query.root()));
}

/// No template is public beyond its own server.
Response public_templates_response(const Call& call) {
  const auto asked = page_query("templates", call.query.root(), "catalog");
  if (!asked) return not_valid({asked.error().message});
  return json_response(200, empty_list(*asked));
}

Operation catalog_operation(std::string path, std::string_view id, std::string_view summary,
                            const Schema& query, const Schema& answer, Response (*respond)(const Call&)) {
  return {.method = net::Method::get,
          .path = "/v2/catalog/" + std::move(path),
          .id = id,
          .summary = summary,
          .query = &query,
          .answer = &answer,
          .handler = [respond](Call call) { return at_once(respond(call)); }};
}

}  // namespace

std::vector<Operation> catalog_operations() {
  return {
      catalog_operation("gpus", "listGpuTypes", "Lists the GPU types", gpu_types_query, list_gpu_types_answer,
                        gpu_types_response),
      catalog_operation("gpus/{id}", "getGpuType", "Reads a GPU type", gpu_type_query, gpu_type_answer,
                        gpu_type_response),
      catalog_operation("cpus", "listCpuTypes", "Lists the CPU flavors", cpu_types_query,
                        list_cpu_types_answer, cpu_types_response),
      catalog_operation("cpus/{id}", "getCpuType", "Reads a CPU flavor", cpu_type_query, cpu_type_answer,
                        cpu_type_response),
      catalog_operation("datacenters", "listDataCenters", "Lists the data centers", data_centers_query,
                        list_data_centers_answer, data_centers_response),
      catalog_operation("datacenters/{id}", "getDataCenter", "Reads a data center", data_center_query,
                        data_center_answer, data_center_response),
      catalog_operation("templates", "listPublicTemplates", "Lists no templates: there are no public ones",
                        public_templates_query, list_templates_answer, public_templates_response)};
}

}  // namespace pilotlight::api::rest_v2
