#pragma once

#include "keeper/worker/given_folder.hpp"

namespace pilotlight::keeper {

struct FolderCopied {
  std::string unreadable;  ///< a path that was left out because it may not be read; empty: there was none
};

/// Copies the given folder into the worker's own one: without `.git`, with links to `.venv`, `venv` and what
/// is kept. Modes and times are kept; holes stay holes; sockets, pipes and devices are left out, and what
/// vanishes meanwhile. Refuses, before it copies anything, a folder that is larger than `copy_max`, each
/// entry counted as at least 4 KiB.
Result<FolderCopied> copy_folder(const FoundFolder& found, const GivenFolder& given);

}  // namespace pilotlight::keeper
