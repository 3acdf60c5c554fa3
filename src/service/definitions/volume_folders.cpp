#include "service/definitions/volume_folders.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/folder_sync.hpp"
#include "base/log.hpp"
#include "base/remove_tree.hpp"

namespace pilotlight::service {
namespace {

constexpr std::string_view removed_prefix = ".removing-";

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Whether the name is that of one of these volumes, or of the rest of one.
bool belongs_to(std::string_view name, const std::set<VolumeId>& known) {
  if (name.starts_with(removed_prefix)) name.remove_prefix(removed_prefix.size());
  const auto id = VolumeId::parse(name);
  return id && known.contains(*id);
}

/// Without what could end a line of the log.
std::string on_one_line(std::string name) {
  for (char& c : name)
    if (c < ' ' || c > '~' || c == '"') c = '?';
  return name;
}

}  // namespace

VolumeFolders::VolumeFolders(std::string place, std::function<void(VolumeId)> removed)
    : place_(std::move(place)), removed_(std::move(removed)), thread_([this] { run(); }) {}

VolumeFolders::~VolumeFolders() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void VolumeFolders::tell_strangers(std::set<VolumeId> known) {
  post([this, known = std::move(known)] { tell_strangers_now(known); });
}

void VolumeFolders::make(const VolumeId& id) {
  post([this, id] { make_now(id); });
}

void VolumeFolders::remove(const VolumeId& id) {
  post([this, id] { remove_now(id); });
}

void VolumeFolders::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  wake_.notify_one();
}

void VolumeFolders::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopped_ || !work_.empty(); });
    if (stopped_) return;
    const std::function<void()> work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

bool VolumeFolders::make_place() const {
  return ::mkdir(place_.c_str(), 0700) == 0 || errno == EEXIST;
}

void VolumeFolders::make_now(const VolumeId& id) const {
  const bool made = make_place() && ::mkdir(path(id).c_str(), 0700) == 0;
  const int why = errno;
  if (made || is_folder(path(id))) return;
  log::warn("volume_folder_not_made volume={} why=\"{}\"; it is made at the next start", id.view(),
            std::strerror(why));
}

bool VolumeFolders::rename_away(const VolumeId& id, const std::string& away) const {
  return std::rename(path(id).c_str(), away.c_str()) == 0 || errno == ENOENT;
}

void VolumeFolders::remove_now(const VolumeId& id) const {
  const std::string away = place_ + "/" + std::string(removed_prefix) + id.text();
  remove_tree(away, stopped_);
  if (stopped_) return;
  const bool renamed = rename_away(id, away);
  const int why = errno;
  if (renamed) remove_tree(away, stopped_);
  if (stopped_) return;
  if (!renamed || exists(away)) {
    log::warn("volume_folder_not_removed volume={} why=\"{}\"; it is tried again at the next start",
              id.view(), renamed ? "something in it cannot be removed" : std::strerror(why));
    return;
  }
  sync_folder(place_);
  removed_(id);
}

void VolumeFolders::tell_strangers_now(const std::set<VolumeId>& known) const {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(place_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!belongs_to(name, known))
      log::warn("volume_folder_unknown path=\"{}/{}\"; no network volume has it, and it is left alone",
                place_, on_one_line(name));
  }
}

}  // namespace pilotlight::service
