#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/fd.hpp"
#include "base/remove_tree.hpp"
#include "keeper/worker/folder_entries.hpp"
#include "keeper/worker/overlay.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

/// The folder as it is given: a file, and a folder with a file.
Result<void> lay_out(const std::string& base, const GivenFolder& given) {
  for (const std::string& folder : {base, given.path, given.path + "/folder", given.own}) {
    if (::mkdir(folder.c_str(), 0700) != 0) return os_error("cannot make " + folder);
    if (given.user && folder != given.own && ::chown(folder.c_str(), given.user->uid, given.user->gid) != 0)
      return os_error("cannot give " + folder + " to " + given.user->name);
  }
  for (const char* name : {"/file", "/folder/inner"}) {
    const std::string file = given.path + name;
    std::ofstream(file) << "given";
    if (given.user && ::chown(file.c_str(), given.user->uid, given.user->gid) != 0)
      return os_error("cannot give " + file + " to " + given.user->name);
  }
  return {};
}

std::string text_of(const std::string& path) {
  std::string text;
  std::getline(std::ifstream(path), text);
  return text;
}

Result<void> become(const std::optional<UserAccount>& user) {
  if (user && (::setgroups(user->groups.size(), user->groups.data()) != 0 || ::setgid(user->gid) != 0 ||
               ::setuid(user->uid) != 0))
    return os_error("cannot become the user \"" + user->name + "\"");
  return {};
}

/// In the overlay, by relative paths: the user need not reach the folder from the top.
Result<void> use_overlay() {
  const auto wrong = [](const std::string& what) { return os_error("in an overlay " + what); };
  std::error_code failed;
  for (const char* file : {"new", "file"})
    if (!(std::ofstream(file) << "written").flush())
      return wrong(std::string("a ") + file + " cannot be written");
  if (fs::remove_all("folder", failed); failed || !fs::create_directory("folder", failed))
    return refusal(Errc::io, "in an overlay a given folder cannot be replaced: " + failed.message());
  auto entries = entries_of(".");
  auto inside = entries_of("folder");
  if (!entries || !inside) return (entries ? inside : entries).error();
  std::vector<std::string> names;
  for (const auto& entry : *entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  if (names != std::vector<std::string>{"file", "folder", "new"} || !inside->empty() ||
      text_of("file") != "written")
    return refusal(Errc::io, "an overlay does not show what was written into it");
  return {};
}

Result<void> try_overlay(const GivenFolder& given) {
  if (auto mounted = mount_overlay({given.path, {}}, given); !mounted) return mounted;
  if (::chdir(given.path.c_str()) != 0) return os_error("cannot enter an overlay");
  if (auto became = become(given.user); !became) return became;
  return use_overlay();
}

/// The text of what failed; empty if nothing did.
std::string outcome_of_child(const GivenFolder& given) {
  auto pipe = make_pipe();
  if (!pipe) return pipe.error().message;
  const pid_t child = ::fork();
  if (child < 0) return os_error("fork").message;
  if (child == 0) {
    const auto tried = try_overlay(given);
    const std::string text = tried ? "" : tried.error().message;
    ::_exit(::write(pipe->writing.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0
                                                                                                        : 1);
  }
  pipe->writing.reset();
  char text[4096];
  const ssize_t size = ::read(pipe->reading.get(), text, sizeof text);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (size == 0 && status != 0) return "the probe of an overlay ended by itself";
  return std::string(text, size > 0 ? static_cast<std::size_t>(size) : 0);
}

}  // namespace

Result<void> probe_overlay(const std::string& base, const std::optional<UserAccount>& user) {
  const std::string place = base + "/.probe";
  GivenFolder given;
  given.path = place + "/given";
  given.own = place + "/own";
  given.user = user;
  remove_tree(place);
  auto laid = lay_out(place, given);
  const std::string failed = laid ? outcome_of_child(given) : laid.error().message;
  const bool untouched =
      text_of(given.path + "/file") == "given" && text_of(given.path + "/folder/inner") == "given";
  remove_tree(place);
  if (!failed.empty()) return refusal(Errc::io, failed);
  if (!untouched) return refusal(Errc::io, "what is written into an overlay reaches the folder under it");
  return {};
}

}  // namespace pilotlight::keeper
