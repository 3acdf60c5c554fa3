#pragma once

#include <memory>

#include "domain/definitions/commands.hpp"
#include "service/context.hpp"

// Network volumes.
namespace pilotlight::service {

/// Makes a volume, whose id is drawn here, or changes the one that the command names. Its folder is made soon
/// after.
awaitable<Result<std::shared_ptr<const NetworkVolume>>> save_volume(Context& context, Exchange& exchange,
                                                                    command::SaveVolume command);

/// Removes a volume that no endpoint names, with its folder.
awaitable<Result<void>> delete_volume(Context& context, Exchange& exchange, VolumeId id);

/// The volume, with everything that was answered before; null: it is not there. Costs the same however many
/// there are.
awaitable<std::shared_ptr<const NetworkVolume>> read_volume(Context& context, Exchange& exchange,
                                                            VolumeId id);

}  // namespace pilotlight::service
