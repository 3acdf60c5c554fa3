#include "keeper/worker/given_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "base/fd.hpp"
#include "keeper/worker/folder_copy.hpp"
#include "keeper/worker/folder_entries.hpp"
#include "keeper/worker/folder_links.hpp"
#include "keeper/worker/overlay.hpp"

namespace pilotlight::keeper {
namespace {

/// In these nobody starts a worker, and many have very many entries.
constexpr std::string_view never_searched[] = {".git", ".venv", "venv", "node_modules"};

void remark(const GivenFolder& given, const std::string& text) {
  const std::string line = given.mark + text + "\n";
  [[maybe_unused]] const ssize_t written = ::write(1, line.data(), line.size());
}

Result<std::string> resolve(const std::string& path) {
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) == nullptr) return os_error("cannot read the folder " + path);
  return std::string(resolved);
}

/// No overlay lies well over these, and no copy of them ends.
bool is_of_the_system(const std::string& path) {
  return path == "/" || is_within(path, "/proc") || is_within(path, "/sys") ||
         (is_within(path, "/dev") && !is_within(path, "/dev/shm"));
}

Result<void> check_place(const std::string& path, const GivenFolder& given) {
  if (given.choice != FolderChoice::link && is_of_the_system(path))
    return refusal(Errc::invalid, "the folder " + path +
                                      " cannot be given to a worker; name the folder that holds the handler");
  if (path == given.data || is_within(path, given.data + "/work"))
    return refusal(Errc::invalid, "the folder " + path + " is the server's data folder; name another one");
  return {};
}

/// Makes what is missing of `path` below the folder `top`.
Result<void> make_folders(const std::string& top, const std::string& path) {
  for (std::size_t end = 0; end != path.npos;) {
    end = path.find('/', end + 1);
    const std::string folder = top + "/" + path.substr(0, end);
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
      return os_error("cannot make " + folder + ", which PILOTLIGHT_KEEP names");
  }
  return {};
}

Result<void> make_kept(const std::string& top, const GivenFolder& given) {
  for (const auto& path : given.kept) {
    if (auto made = make_folders(top, path); !made) return made.error();
    auto kept = resolve(top + "/" + path);
    if (!kept) return kept.error();
    if (is_within(*kept, given.data) || is_within(given.data, *kept))
      return refusal(Errc::invalid,
                     "PILOTLIGHT_KEEP names " + path +
                         ", which contains the server's data folder or lies in it; name other paths");
  }
  return {};
}

/// Looks for entries that are to be hidden. Cannot read: what the worker cannot read it cannot see.
class Search {
 public:
  Search(const std::string& top, const GivenFolder& given) : top_(top), given_(given) {}

  Result<std::vector<std::string>> run() {
    if (is_within(given_.data, top_)) found_.push_back(given_.data.substr(top_.size() + 1));
    if (auto searched = folder(""); !searched) return searched.error();
    return std::move(found_);
  }

 private:
  Result<void> folder(const std::string& path) {
    const auto entries = entries_of(top_ + "/" + path);
    if (!entries && entries.error().code == Errc::unauthorized) return {};
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
      const std::string name = path.empty() ? entry.name : path + "/" + entry.name;
      if (entry.kind != EntryKind::folder && entry.name == jobs_of_the_sdk) found_.push_back(name);
      if (entry.kind != EntryKind::folder || is_passed_over(entry.name, name)) continue;
      if (auto searched = folder(name); !searched) return searched;
    }
    return {};
  }
  bool is_passed_over(std::string_view name, const std::string& path) const {
    return std::find(std::begin(never_searched), std::end(never_searched), name) !=
               std::end(never_searched) ||
           std::find(given_.kept.begin(), given_.kept.end(), path) != given_.kept.end() ||
           top_ + "/" + path == given_.data;
  }

  const std::string& top_;
  const GivenFolder& given_;
  std::vector<std::string> found_;
};

Result<FoundFolder> find_folder(const GivenFolder& given) {
  auto acting = ActingAs::begin(given.user);
  if (!acting) return acting.error();
  auto path = resolve(given.path);
  if (!path) return path.error();
  struct stat status {};
  if (::stat(path->c_str(), &status) != 0) return os_error("cannot read the folder " + given.path);
  if (!S_ISDIR(status.st_mode)) return refusal(Errc::invalid, given.path + " is not a folder");
  if (::faccessat(AT_FDCWD, path->c_str(), R_OK | X_OK, AT_EACCESS) != 0)
    return os_error("cannot read the folder " + given.path);
  if (auto place = check_place(*path, given); !place) return place.error();
  if (auto kept = make_kept(*path, given); !kept) return kept.error();
  auto hidden = Search(*path, given).run();
  if (!hidden) return hidden.error();
  return FoundFolder{std::move(*path), std::move(*hidden)};
}

}  // namespace

Result<std::string> make_given_folder(const GivenFolder& asked) {
  GivenFolder given = asked;
  auto data = resolve(asked.data);
  if (!data) return data.error();
  given.data = std::move(*data);
  const auto found = find_folder(given);
  if (!found) return found.error();
  if (takes_overlay(given.choice)) {
    const auto mounted = mount_overlay(*found, given);
    if (mounted) return given.path;
    if (given.choice == FolderChoice::overlay) return mounted.error();
    remark(given,
           "the worker's folder is a copy, because an overlay is not possible: " + mounted.error().message);
    if (given.user && ::chown(given.own.c_str(), given.user->uid, given.user->gid) != 0)
      return os_error("cannot give the folder " + given.own + " to " + given.user->name);
  }
  auto acting = ActingAs::begin(given.user);
  if (!acting) return acting.error();
  if (given.choice == FolderChoice::link) {
    if (auto linked = link_folder(*found, given); !linked) return linked.error();
    return given.own;
  }
  const auto copied = copy_folder(*found, given);
  if (!copied) return copied.error();
  if (!copied->unreadable.empty())
    remark(given, "the worker's folder is a copy without the files that the worker may not read, such as " +
                      copied->unreadable);
  return given.own;
}

}  // namespace pilotlight::keeper
