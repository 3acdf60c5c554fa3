#include "keeper/user_account.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace pilotlight::keeper {

Result<std::optional<UserAccount>> find_user(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr)
    return refusal(Errc::invalid, "there is no user \"" + name + "\" on this machine; check --worker-user");
  if (entry->pw_uid == ::geteuid()) return std::optional<UserAccount>{};
  if (::geteuid() != 0) return refusal(Errc::invalid, "--worker-user needs a server that runs as root");
  UserAccount user{entry->pw_uid, entry->pw_gid, std::vector<gid_t>(64), name, entry->pw_dir};
  int count = static_cast<int>(user.groups.size());
  if (::getgrouplist(name.c_str(), user.gid, user.groups.data(), &count) < 0) {
    user.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(name.c_str(), user.gid, user.groups.data(), &count);
  }
  user.groups.resize(static_cast<std::size_t>(count));
  return std::optional{std::move(user)};
}

}  // namespace pilotlight::keeper
