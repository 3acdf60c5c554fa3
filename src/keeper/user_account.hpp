#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::keeper {

/// Another user to run as, looked up beforehand.
struct UserAccount {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string name;
  std::string home;
};

/// nullopt in the result: the process is that user already. Refuses unknown names, and other users unless we
/// are root.
Result<std::optional<UserAccount>> find_user(const std::string& name);

}  // namespace pilotlight::keeper
