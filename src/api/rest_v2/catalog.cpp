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

using catalog::CpuFlavor;
using catalog::DataCenter;
using catalog::GpuType;
using catalog::Prices;

/// The part of a table that the query asks for, in the table's order. `show` writes the members of a row.
template <class Row, class Show, class Wanted>
Response rows_response(std::string_view member, std::span<const Row> table, const JsonValue& query, Show show,
                       Wanted wanted) {
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
    show(json.open(), *rows[i]);
    json.close();
  });
  add_pagination(json, page);
  return json_response(200, json.done());
}

constexpr auto every_row = [](const auto&) { return true; };

/// `row` may be null: the catalogue does not have the id.
template <class Row, class Show>
Response row_response(const Row* row, Show show) {
  if (row == nullptr) return not_found();
  JsonWriter json;
  show(json, *row);
  return json_response(200, json.done());
}

std::string id_in(const Request& request) {
  const auto parts = net::captures("/v2/catalog/x/{}", request.path);
  return parts.empty() ? std::string() : parts.front();
}

auto show_gpu_type(const GpuWish& wish, const Prices& prices) {
  return [&](JsonWriter& json, const GpuType& row) { add_row(json, row, wish, prices); };
}

auto show_cpu_flavor(const CpuWish& wish, const Prices& prices) {
  return [&](JsonWriter& json, const CpuFlavor& row) { add_row(json, row, wish, prices); };
}

auto show_data_center(const CenterWish& wish) {
  return [&](JsonWriter& json, const DataCenter& row) { add_row(json, row, wish); };
}

Response gpu_types_response(const Call& call, const Prices& prices) {
  const auto wish = gpu_wish(call.query.root());
  if (!wish) return problem_of(wish.error());
  return rows_response("gpus", catalog::gpu_types(), call.query.root(), show_gpu_type(*wish, prices),
                       every_row);
}

Response gpu_type_response(const Call& call, const Prices& prices) {
  const auto wish = gpu_wish(call.query.root());
  if (!wish) return problem_of(wish.error());
  return row_response(catalog::find_gpu_type(id_in(call.request)), show_gpu_type(*wish, prices));
}

Response cpu_types_response(const Call& call, const Prices& prices) {
  const auto wish = cpu_wish(call.query.root());
  if (!wish) return problem_of(wish.error());
  return rows_response("cpus", catalog::cpu_flavors(), call.query.root(), show_cpu_flavor(*wish, prices),
                       every_row);
}

Response cpu_type_response(const Call& call, const Prices& prices) {
  const auto wish = cpu_wish(call.query.root());
  if (!wish) return problem_of(wish.error());
  return row_response(catalog::find_cpu_flavor(id_in(call.request)), show_cpu_flavor(*wish, prices));
}

Response data_centers_response(const Call& call, const Prices&) {
  const CenterWish wish = center_wish(call.query.root());
  return rows_response("dataCenters", catalog::data_centers(), call.query.root(), show_data_center(wish),
                       [&wish](const DataCenter& center) { return is_wanted(center, wish); });
}

Response data_center_response(const Call& call, const Prices&) {
  const CenterWish wish = center_wish(call.query.root());
  return row_response(catalog::find_data_center(id_in(call.request)), show_data_center(wish));
}

/// No template is public beyond its own server.
Response public_templates_response(const Call& call, const Prices&) {
  const auto asked = page_query("templates", call.query.root(), "catalog");
  if (!asked) return not_valid({asked.error().message});
  return json_response(200, empty_list(*asked));
}

/// Makes the operations of the catalogue.
class Maker {
 public:
  explicit Maker(const Prices& prices) : prices_(prices) {}

  Operation operator()(std::string path, std::string_view id, std::string_view summary, const Schema& query,
                       const Schema& answer, Response (*respond)(const Call&, const Prices&)) const {
    return {.method = net::Method::get,
            .path = "/v2/catalog/" + std::move(path),
            .id = id,
            .summary = summary,
            .query = &query,
            .answer = &answer,
            .handler = [respond, &prices = prices_](Call call) { return at_once(respond(call, prices)); }};
  }

 private:
  const Prices& prices_;
};

}  // namespace

std::vector<Operation> catalog_operations(const Prices& prices) {
  const Maker make(prices);
  return {
      make("gpus", "listGpuTypes", "Lists the GPU types", gpu_types_query, list_gpu_types_answer,
           gpu_types_response),
      make("gpus/{id}", "getGpuType", "Reads a GPU type", gpu_type_query, gpu_type_answer, gpu_type_response),
      make("cpus", "listCpuTypes", "Lists the CPU flavors", cpu_types_query, list_cpu_types_answer,
           cpu_types_response),
      make("cpus/{id}", "getCpuType", "Reads a CPU flavor", cpu_type_query, cpu_type_answer,
           cpu_type_response),
      make("datacenters", "listDataCenters", "Lists the data centers", data_centers_query,
           list_data_centers_answer, data_centers_response),
      make("datacenters/{id}", "getDataCenter", "Reads a data center", data_center_query, data_center_answer,
           data_center_response),
      make("templates", "listPublicTemplates", "Lists no templates: there are no public ones",
           public_templates_query, list_templates_answer, public_templates_response)};
}

}  // namespace pilotlight::api::rest_v2
