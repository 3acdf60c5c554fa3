#pragma once

#include <optional>
#include <string>

#include "keeper/spawn.hpp"

namespace pilotlight::keeper {

/// Makes the folder `path`, which must not exist, owned by `user`. With `source` it holds a symbolic link to
/// every entry of that folder except `.runpod_jobs.pkl`, in which some versions of the runpod package keep
/// jobs across restarts.
Result<void> make_work_folder(const std::string& path, const std::string& source,
                              const std::optional<UserAccount>& user);

/// Deletes a folder and what is in it; links are deleted, not followed. A folder with more than a thousand
/// entries is deleted by a child process that ends by itself, so that the caller never waits long.
void remove_work_folder(const std::string& path);

/// Deletes everything in this folder, waiting for it.
void empty_folder(const std::string& path);

}  // namespace pilotlight::keeper
