#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/fd.hpp"
#include "base/time.hpp"

namespace pilotlight::keeper {

/// Names inside a data folder that belong to the keeper.
struct DataFolder {
  std::string path;  ///< absolute

  std::string lock() const { return path + "/lock"; }
  std::string address() const { return path + "/address"; }
  std::string server_pid() const { return path + "/server.pid"; }
  std::string restart_outcome() const { return path + "/restart-outcome"; }
  std::string logs() const { return path + "/workers"; }
  std::string work() const { return path + "/work"; }
};

/// Refuses a file or folder that another user owns, who could change it at any time: the owner must be this
/// process's user or root. A symbolic link is judged together with what it points to. Accepts what is not
/// there.
Result<void> refuse_foreign(const std::string& path);

/// Makes the folder (mode 0700, or 0710 of `group` so that workers of another user reach their working
/// folders) and the folders in it. Refuses a folder that belongs to another user, or that holds something of
/// another user, and one that is open to others and does not look like a data folder, rather than locking its
/// users out.
Result<DataFolder> prepare_data_folder(const std::string& path, std::optional<gid_t> group);

/// Takes the folder's lock and writes our process id into it if the disk has space. The lock belongs to the
/// open file description: it lasts until every process that inherited the descriptor is gone. While somebody
/// else holds it, tries again for `wait`, then refuses and names the holder.
Result<Fd> lock_data_folder(const DataFolder& folder, milliseconds wait);

/// A text that names this folder on this machine since it was booted: no copy of the folder and no folder
/// made later in its place has the same.
Result<std::string> identify_data_folder(const DataFolder& folder);

/// Replaces the file's content in one step (mode 0600). Not synced.
Result<void> write_whole_file(const std::string& path, const std::string& text);

/// The same for a file that only helps people and programs to find their way: on a full disk the file is
/// removed, for an old content would mislead, and the log has a warning.
void write_helpful_file(const std::string& path, const std::string& text);

}  // namespace pilotlight::keeper
