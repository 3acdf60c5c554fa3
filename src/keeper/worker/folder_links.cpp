#include "keeper/worker/folder_links.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/fd.hpp"
#include "keeper/worker/folder_entries.hpp"

namespace pilotlight::keeper {
namespace {

/// `path` is relative, with a slash at its end, or empty.
Result<void> link_entries(const FoundFolder& found, const GivenFolder& given, const std::string& path) {
  auto entries = entries_of(found.path + "/" + path);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    const std::string name = path + entry.name;
    const auto holds = [&](const std::string& hidden) { return is_within(hidden, name); };
    const auto inside = std::find_if(found.hidden.begin(), found.hidden.end(), holds);
    if (std::find(found.hidden.begin(), found.hidden.end(), name) != found.hidden.end()) continue;
    const std::string source = found.path + "/" + name, target = given.own + "/" + name;
    if (inside == found.hidden.end()) {
      if (::symlink(source.c_str(), target.c_str()) != 0)
        return os_error("cannot link " + source + " into the working folder");
    } else {
      if (::mkdir(target.c_str(), 0777) != 0) return os_error("cannot make the folder " + target);
      if (auto linked = link_entries(found, given, name + "/"); !linked) return linked;
    }
  }
  return {};
}

}  // namespace

Result<void> link_folder(const FoundFolder& found, const GivenFolder& given) {
  return link_entries(found, given, "");
}

}  // namespace pilotlight::keeper
