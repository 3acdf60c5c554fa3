#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace pilotlight {

/// Makes the names in a folder durable: files made, renamed or removed there. False: errno says why.
inline bool sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  return synced;
}

}  // namespace pilotlight
