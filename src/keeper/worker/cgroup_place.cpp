#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "keeper/worker/cgroup.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

bool exists(const std::string& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

/// Our own cgroup in the hierarchy of `controller` ("": v2) from lines such as "6:freezer:/a/b".
std::string own_cgroup(const std::string& own, std::string_view controller) {
  std::istringstream lines(own);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool v2_line = line.starts_with("0::");
    if (controller.empty() ? v2_line : names.find("," + std::string(controller) + ",") != names.npos)
      return line.substr(second + 1);
  }
  return "/";
}

/// Below our own cgroup, or at the top of the tree where that is not visible (inside a container).
std::string below(const std::string& tree, const std::string& own) {
  const std::string path = own == "/" ? tree : tree + own;
  return exists(path + "/cgroup.procs") ? path : tree;
}

Result<CgroupPlace> find_v2(const std::string& root, const std::string& own) {
  for (const std::string& tree : {root, root + "/unified"})
    if (exists(tree + "/cgroup.controllers"))
      return CgroupPlace{CgroupKind::v2, below(tree, own_cgroup(own, ""))};
  return refusal(Errc::not_found, "no cgroup v2 tree at " + root);
}

Result<CgroupPlace> find_v1(const std::string& root, const std::string& own) {
  for (const char* controller : {"freezer", "pids", "memory"}) {
    const std::string tree = root + "/" + controller;
    if (!exists(tree + "/cgroup.procs")) continue;
    const bool freezer = std::string_view(controller) == "freezer";
    return CgroupPlace{freezer ? CgroupKind::v1_freezer : CgroupKind::v1,
                       below(tree, own_cgroup(own, controller))};
  }
  return refusal(Errc::not_found, "no cgroup v1 tree of freezer, pids or memory at " + root);
}

}  // namespace

Result<CgroupPlace> find_cgroup_place(const std::string& root, CgroupChoice choice, const std::string& own) {
  switch (choice) {
    case CgroupChoice::off: return refusal(Errc::not_found, "cgroups are off");
    case CgroupChoice::v1: return find_v1(root, own);
    case CgroupChoice::v2: return find_v2(root, own);
    case CgroupChoice::automatic: break;
  }
  auto v2 = find_v2(root, own);
  return v2 ? v2 : find_v1(root, own);
}

}  // namespace pilotlight::keeper
