#include "service/definitions/volumes.hpp"

#include "service/ask.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t volume_id_length = 10;

}  // namespace

awaitable<Result<std::shared_ptr<const NetworkVolume>>> save_volume(Context& context, Exchange& exchange,
                                                                    command::SaveVolume command) {
  if (command.create) command.id = VolumeId::generate(volume_id_length, random_bits);
  auto saved = co_await write<answer::VolumeSaved>(context, exchange, std::move(command));
  if (!saved) co_return saved.error();
  co_return std::move(saved->saved);
}

awaitable<Result<void>> delete_volume(Context& context, Exchange& exchange, VolumeId id) {
  return change<answer::Deleted>(context, exchange, command::DeleteVolume{ticket_none, id});
}

awaitable<std::shared_ptr<const NetworkVolume>> read_volume(Context& context, Exchange& exchange,
                                                            VolumeId id) {
  command::ReadCatalog question{ticket_none, std::nullopt, std::nullopt, id};
  const auto catalog = co_await ask<answer::Catalog>(context, exchange, std::move(question));
  if (!catalog || catalog->content->volumes.empty()) co_return nullptr;
  co_return catalog->content->volumes.front();
}

}  // namespace pilotlight::service
