#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace pilotlight::keeper {

/// Name of the variable that marks every process of a worker: FOLDER_ID:WORKER_ID.
inline constexpr std::string_view marker_name = "PILOTLIGHT_DATA";
std::string marker_value(std::string_view folder_id, std::string_view worker);

/// Sends SIGKILL to every process of this machine that carries the folder's marker (any worker's) and was
/// started before us; says to how many. Processes that carry another folder's marker are never touched.
std::size_t kill_leftovers(std::string_view folder_id);

/// Sends SIGKILL to those of our own children that carry exactly this marker, `main` excepted; says to how
/// many. As subreaper we inherit every process that a worker's processes leave behind.
std::size_t kill_orphans(std::string_view marker, pid_t main);

}  // namespace pilotlight::keeper
