#pragma once

#include "keeper/worker/given_folder.hpp"

namespace pilotlight::keeper {

/// Puts this process into a mount namespace of its own (as an ordinary user in a user namespace, too), in
/// which an overlay lies over the given folder: what is written there goes into the worker's own folder. What
/// is kept is the given folder's own; other mounts in it are read-only. The process has one thread. On
/// failure nothing lies over the folder, and the worker's own folder is empty again.
Result<void> mount_overlay(const FoundFolder& found, const GivenFolder& given);

/// Tries in a child process whether an overlay works below the folder `base` as that user: it writes,
/// overwrites, removes a given folder, makes it again and lists. The refusal says what did not work.
Result<void> probe_overlay(const std::string& base, const std::optional<UserAccount>& user);

}  // namespace pilotlight::keeper
