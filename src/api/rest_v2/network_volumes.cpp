#include "api/rest_v2/network_volumes.hpp"

#include <memory>

#include "api/json_writer.hpp"
#include "api/numbers.hpp"
#include "api/responses.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/values.hpp"
#include "base/assert.hpp"
#include "net/handler.hpp"
#include "service/definitions/definitions.hpp"
#include "service/definitions/volumes.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr std::string_view network_volumes_member = "networkVolumes";
constexpr const char* all_volumes = "/v2/network-volumes";
constexpr const char* one_volume = "/v2/network-volumes/{id}";

constexpr std::string_view about_type = "It is kept and shown, and decides nothing";
constexpr std::string_view about_volume_size =
    "GB; it only grows. The server does not keep the folder within it";
constexpr Field volume_fields[] = {
    {.name = "id", .schema = &values::text, .needed = Needed::yes},
    {.name = "name", .schema = &values::text, .needed = Needed::yes},
    {.name = "size", .schema = &values::whole_number, .needed = Needed::yes, .about = about_volume_size},
    {.name = "dataCenter", .schema = &values::text, .needed = Needed::yes},
    {.name = "type", .schema = &values::text, .needed = Needed::yes, .about = about_type}};
constexpr Schema volume_answer{
    .type = Type::object, .name = "NetworkVolume", .fields = volume_fields, .open = true};
constexpr Schema volume_items{.type = Type::list, .items = &volume_answer};
constexpr Field volume_list_fields[] = {
    {.name = network_volumes_member, .schema = &volume_items, .needed = Needed::yes}, pagination_field};
constexpr Schema volume_list_answer{
    .type = Type::object, .name = "ListNetworkVolumesResponse", .fields = volume_list_fields, .open = true};

std::string_view volume_type_name(VolumeType type) {
  switch (type) {
    case VolumeType::standard: return "STANDARD";
    case VolumeType::high_performance: return "HIGH_PERFORMANCE";
  }
  UNREACHABLE();
}

void add_volume(JsonWriter& json, const NetworkVolume& volume) {
  json.text("id", volume.id.view()).text("name", volume.name).number("size", volume.size_gb);
  json.text("dataCenter", volume.data_center_id).text("type", volume_type_name(volume.type));
}

Position volume_position(const std::shared_ptr<const NetworkVolume>& volume) {
  return {to_ms(volume->created), volume->id.text()};
}

std::optional<VolumeId> volume_id_of(const Call& call) {
  return id_in<VolumeId>(call.request, "/v2/network-volumes/{}");
}

awaitable<Response> saved_volume(Context& context, Call& call, command::SaveVolume command) {
  const int status = command.create ? 201 : 200;
  command.account = call.account.id();
  command.patch = network_volume_patch(call.body.root());
  const auto saved = co_await service::save_volume(context, call.exchange, std::move(command));
  co_return saved ? json_response(status, network_volume_view(**saved)) : problem_of_rule(saved.error());
}

awaitable<Response> create_volume(Context& context, Call call) {
  command::SaveVolume command;
  command.create = true;
  Response response = co_await saved_volume(context, call, std::move(command));
  co_return response;
}

awaitable<Response> update_volume(Context& context, Call call) {
  const auto id = volume_id_of(call);
  if (!id) co_return not_found();
  command::SaveVolume command;
  command.id = *id;
  Response response = co_await saved_volume(context, call, std::move(command));
  co_return response;
}

awaitable<Response> show_volume(Context& context, Call call) {
  const auto id = volume_id_of(call);
  if (!id) co_return not_found();
  const auto found = co_await service::read_volume(context, call.exchange, *id);
  co_return found ? json_response(200, network_volume_view(*found)) : not_found();
}

awaitable<Response> list_volumes(Context& context, Call call) {
  const auto content = co_await service::read_catalog(context, call.exchange);
  auto write = [content, &call] { return network_volume_list(*content, call.query.root()); };
  auto list = co_await in_background(context, call.exchange, std::move(write));
  co_return list ? json_response(200, std::move(*list)) : not_valid({list.error().message});
}

awaitable<Response> delete_volume(Context& context, Call call) {
  const auto id = volume_id_of(call);
  if (!id) co_return not_found();
  const auto removed = co_await service::delete_volume(context, call.exchange, *id);
  co_return removed ? no_content() : problem_of_rule(removed.error());
}

}  // namespace

std::string network_volume_view(const NetworkVolume& volume) {
  JsonWriter json;
  add_volume(json, volume);
  return json.done();
}

Result<std::string> network_volume_list(const answer::CatalogContent& content, const JsonValue& query) {
  const auto asked = page_query(network_volumes_member, query);
  if (!asked) return asked.error();
  auto all = content.volumes;
  sort_by_position(all, volume_position);
  JsonWriter json;
  const Page page = add_items(
      json, *asked, all.size(), [&all](std::size_t i) { return volume_position(all[i]); },
      [&](std::size_t i) {
        add_volume(json.open(), *all[i]);
        json.close();
      });
  add_pagination(json, page);
  return json.done();
}

NetworkVolumePatch network_volume_patch(const JsonValue& body) {
  NetworkVolumePatch patch;
  if (const auto name = body.member("name")) patch.name = name->text();
  if (const auto size = body.member("size")) patch.size_gb = json_whole(size->text());
  if (const auto center = body.member("dataCenter")) patch.data_center_id = center->text();
  if (const auto type = body.member("type"))
    patch.type = type->text() == volume_type_name(VolumeType::standard) ? VolumeType::standard
                                                                        : VolumeType::high_performance;
  return patch;
}

std::vector<Operation> network_volume_operations(Context& context) {
  using net::Method;
  std::vector<Operation> operations(5);
  operations[0] = {.method = Method::get,
                   .path = all_volumes,
                   .id = "listNetworkVolumes",
                   .summary = "Lists the network volumes, the newest first",
                   .query = &page_schemas::query,
                   .answer = &volume_list_answer,
                   .handler = handler_of(context, list_volumes)};
  operations[1] = {.method = Method::post,
                   .path = all_volumes,
                   .id = "createNetworkVolume",
                   .summary = "Makes a network volume: a folder in the data folder, which no worker sees yet",
                   .body = &create_network_volume_request,
                   .answer = &volume_answer,
                   .status = 201,
                   .handler = handler_of(context, create_volume)};
  operations[2] = {.method = Method::get,
                   .path = one_volume,
                   .id = "getNetworkVolume",
                   .summary = "Reads a network volume",
                   .answer = &volume_answer,
                   .handler = handler_of(context, show_volume)};
  operations[3] = {.method = Method::patch,
                   .path = one_volume,
                   .id = "updateNetworkVolume",
                   .summary = "Renames a network volume, or lets it grow",
                   .body = &update_network_volume_request,
                   .answer = &volume_answer,
                   .handler = handler_of(context, update_volume)};
  operations[4] = {.method = Method::delete_,
                   .path = one_volume,
                   .id = "deleteNetworkVolume",
                   .summary = "Deletes a network volume that no endpoint names, with its folder",
                   .status = 204,
                   .handler = handler_of(context, delete_volume)};
  return operations;
}

}  // namespace pilotlight::api::rest_v2
