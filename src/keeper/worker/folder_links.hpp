#pragma once

#include "keeper/worker/given_folder.hpp"

namespace pilotlight::keeper {

/// Fills the worker's own folder with symbolic links to the entries of the given one. A folder that holds
/// something hidden, at any depth, becomes a folder with links.
Result<void> link_folder(const FoundFolder& found, const GivenFolder& given);

}  // namespace pilotlight::keeper
