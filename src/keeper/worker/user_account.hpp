#pragma once

#include <sys/types.h>

#include <memory>
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

/// While it lives, the kernel judges this process as that user. Not for processes with several threads.
class ActingAs {
 public:
  /// Without a user nothing changes.
  static Result<std::unique_ptr<ActingAs>> begin(const std::optional<UserAccount>& user);
  ~ActingAs();
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  explicit ActingAs(bool changed) : changed_(changed) {}

  bool changed_;
  std::vector<gid_t> groups_;  ///< as they were
};

}  // namespace pilotlight::keeper
