#include "keeper/worker/user_account.hpp"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "base/fd.hpp"

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

Result<std::unique_ptr<ActingAs>> ActingAs::begin(const std::optional<UserAccount>& user) {
  std::unique_ptr<ActingAs> acting(new ActingAs(user.has_value()));
  if (!user) return acting;
  acting->groups_.resize(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  ::getgroups(static_cast<int>(acting->groups_.size()), acting->groups_.data());
  if (::setgroups(user->groups.size(), user->groups.data()) != 0 || ::setegid(user->gid) != 0 ||
      ::seteuid(user->uid) != 0)
    return os_error("cannot become the user \"" + user->name + "\"");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // forgotten when the user changes
  return acting;
}

ActingAs::~ActingAs() {
  if (!changed_) return;
  ASSERT(::seteuid(0) == 0);
  ASSERT(::setegid(0) == 0);
  ::setgroups(groups_.size(), groups_.data());
}

}  // namespace pilotlight::keeper
