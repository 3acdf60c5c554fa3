#include "service/definitions/volumes.hpp"

#include "service/ask.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t volume_id_length = 10;

/// The refusal of a save while a commit would wait for space, and outlive its request.
std::optional<Error> no_space(Context& context) {
  const auto accepted = context.store.accepts_jobs();
  if (accepted) return std::nullopt;
  if (accepted.error().code != Errc::no_space) return refusal(Errc::unavailable, accepted.error().message);
  return refusal(Errc::unavailable,
                 "the disk has no space for a network volume, and none was saved; try again later");
}

}  // namespace

awaitable<Result<std::shared_ptr<const NetworkVolume>>> save_volume(Context& context, Exchange& exchange,
                                                                    command::SaveVolume command) {
  if (const auto refused = no_space(context)) co_return *refused;
  if (command.create) command.id = VolumeId::generate(volume_id_length, random_bits);
  auto saved = co_await ask<answer::VolumeSaved>(context, exchange, std::move(command));
  if (!saved) co_return saved.error();
  co_return std::move(saved->saved);
}

awaitable<Result<void>> delete_volume(Context& context, Exchange& exchange, VolumeId id) {
  return ask_to<answer::Deleted>(context, exchange, command::DeleteVolume{ticket_none, id});
}

awaitable<std::shared_ptr<const NetworkVolume>> read_volume(Context& context, Exchange& exchange,
                                                            VolumeId id) {
  command::ReadCatalog question{ticket_none, std::nullopt, std::nullopt, id};
  const auto catalog = co_await ask<answer::Catalog>(context, exchange, std::move(question));
  if (!catalog || catalog->content->volumes.empty()) co_return nullptr;
  co_return catalog->content->volumes.front();
}

}  // namespace pilotlight::service
