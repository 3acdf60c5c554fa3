#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "keeper/spawn.hpp"

namespace pilotlight::keeper {

/// Working folders below `base`, owned by `user`. One is always made ahead, because making one takes longer
/// than making the process.
class WorkFolders {
 public:
  WorkFolders(std::string base, std::optional<UserAccount> user)
      : base_(std::move(base)), user_(std::move(user)) {}

  /// Makes the folder `path`, which is below `base` and must not exist. With `source` it holds a symbolic
  /// link to every entry of that folder except `.runpod_jobs.pkl`, in which some versions of the runpod
  /// package keep jobs across restarts.
  Result<void> make(const std::string& path, const std::string& source);
  /// Makes one ahead if there is none. A failure is told by the next `make`.
  void prepare();

 private:
  Result<void> make_empty(const std::string& path) const;

  std::string base_;
  std::optional<UserAccount> user_;
  std::uint64_t made_ = 0;
  std::string spare_;  ///< empty: there is none
};

/// Deletes a folder and what is in it; links are deleted, not followed. A folder with more than a thousand
/// entries is deleted by a child process that ends by itself, so that the caller never waits long.
void remove_work_folder(const std::string& path);

/// Deletes everything in this folder, waiting for it.
void empty_folder(const std::string& path);

}  // namespace pilotlight::keeper
