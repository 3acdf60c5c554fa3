#include "api/graphql/volume_operations.hpp"

#include "api/graphql/field_error.hpp"
#include "api/graphql/inputs.hpp"
#include "service/definitions/volumes.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using graphql::RootField;
using graphql::RootResult;

constexpr std::string_view create_volume = "createNetworkVolume", update_volume = "updateNetworkVolume",
                           delete_volume = "deleteNetworkVolume";

/// The fields that the input has; null leaves a field as it is.
NetworkVolumePatch volume_patch_in(const json::object& input) {
  NetworkVolumePatch patch;
  const auto text_in = [&input](std::string_view name, std::optional<std::string>& into) {
    const json::value* given = input.if_contains(name);
    if (given != nullptr && given->is_string()) into = std::string(given->get_string());
  };
  text_in("name", patch.name);
  text_in("dataCenterId", patch.data_center_id);
  const json::value* size = input.if_contains("size");
  if (size != nullptr && !size->is_null()) patch.size_gb = size->to_number<std::int64_t>();
  return patch;
}

awaitable<RootResult> saved_volume(Context& context, Exchange& exchange, Catalog& shown,
                                   command::SaveVolume command) {
  auto saved = co_await service::save_volume(context, exchange, std::move(command));
  if (!saved) co_return field_error(saved.error());
  co_return shown.add(std::move(*saved));
}

}  // namespace

bool is_of_volumes(std::string_view mutation) {
  return mutation == create_volume || mutation == update_volume || mutation == delete_volume;
}

awaitable<RootResult> mutate_volume(Context& context, Exchange& exchange, Catalog& shown, AccountId account,
                                    const RootField& field) {
  const json::object& input = field.arguments.at("input").as_object();
  command::SaveVolume command;
  command.create = field.field_name == create_volume;
  command.account = account;
  command.patch = volume_patch_in(input);
  if (!command.create) {
    const auto id = VolumeId::parse(text_of(input, "id"));
    if (!id) co_return field_error(refusal(Errc::not_found, "network volume not found"));
    command.id = *id;
  }
  if (field.field_name != delete_volume)
    co_return co_await saved_volume(context, exchange, shown, std::move(command));
  const auto removed = co_await service::delete_volume(context, exchange, command.id);
  if (!removed) co_return field_error(removed.error());
  co_return json::value(nullptr);
}

}  // namespace pilotlight::api
