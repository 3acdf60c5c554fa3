#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "keeper/worker/spawn.hpp"

namespace pilotlight::keeper {

/// What a working folder holds when it is made.
enum class WorkFolderKind : std::uint8_t {
  empty,
  layers,  ///< the folders `upper` and `work` of an overlay; not the user's, who could exchange them
};

/// Working folders below `base`, owned by `user`. One of each kind is always made ahead, because making one
/// takes longer than making the process.
class WorkFolders {
 public:
  WorkFolders(std::string base, std::optional<UserAccount> user)
      : base_(std::move(base)), user_(std::move(user)) {}

  /// Makes the folder `path`, which is below `base` and must not exist.
  Result<void> make(const std::string& path, WorkFolderKind kind);
  /// Makes one ahead if there is none. A failure is told by the next `make`.
  void prepare(WorkFolderKind kind);

 private:
  Result<void> make_one(const std::string& path) const;
  Result<void> make_new(const std::string& path, WorkFolderKind kind) const;

  std::string base_;
  std::optional<UserAccount> user_;
  std::uint64_t made_ = 0;
  std::array<std::string, 2> spare_;  ///< by kind; empty: there is none
};

/// Deletes a folder and what is in it, whatever its modes; links are deleted, not followed. A folder with
/// more than a thousand entries or 16 MiB is deleted by a child process that ends by itself, so that the
/// caller never waits long.
void remove_work_folder(const std::string& path);

}  // namespace pilotlight::keeper
