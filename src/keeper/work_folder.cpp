#include "keeper/work_folder.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/log.hpp"

namespace pilotlight::keeper {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view jobs_of_the_sdk = ".runpod_jobs.pkl";
constexpr std::size_t entries_removed_inline = 1000;

Result<void> link_entries(const std::string& path, const std::string& source) {
  std::error_code failed;
  for (fs::directory_iterator it(source, failed), end; !failed && it != end; it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (name == jobs_of_the_sdk) continue;
    if (::symlink(it->path().c_str(), (path + "/" + name).c_str()) != 0)
      return os_error("cannot link " + it->path().string() + " into the working folder");
  }
  if (failed) return refusal(Errc::invalid, "cannot read the folder " + source + ": " + failed.message());
  return {};
}

bool has_few_entries(const std::string& path) {
  std::error_code failed;
  std::size_t seen = 0;
  for (fs::recursive_directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed))
    if (++seen > entries_removed_inline) return false;
  return true;
}

void remove_all(const std::string& path) {
  std::error_code failed;
  fs::remove_all(path, failed);
}

void remove_in_child(const std::string& path) {
  const pid_t child = ::fork();
  if (child > 0) return;
  if (child == 0) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  remove_all(path);
  if (child == 0) ::_exit(0);
}

}  // namespace

Result<void> WorkFolders::make_empty(const std::string& path) const {
  if (::mkdir(path.c_str(), 0700) != 0) return os_error("cannot make the working folder " + path);
  if (user_ && ::chown(path.c_str(), user_->uid, user_->gid) != 0)
    return os_error("cannot give the working folder " + path + " to " + user_->name);
  return {};
}

Result<void> WorkFolders::make(const std::string& path, const std::string& source) {
  const std::string spare = std::exchange(spare_, {});
  // A rename replaces an empty folder; that there is none is sure, as a worker starts once.
  if (spare.empty() || std::rename(spare.c_str(), path.c_str()) != 0)
    if (auto made = make_empty(path); !made) return made.error();
  if (source.empty()) return {};
  return link_entries(path, source);
}

void WorkFolders::prepare() {
  if (!spare_.empty()) return;
  std::string path = base_ + "/.spare-" + std::to_string(++made_);
  if (make_empty(path)) spare_ = std::move(path);
}

void remove_work_folder(const std::string& path) {
  if (has_few_entries(path))
    remove_all(path);
  else
    remove_in_child(path);
}

void empty_folder(const std::string& path) {
  std::error_code failed;
  for (fs::directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed))
    remove_all(it->path().string());
}

}  // namespace pilotlight::keeper
