#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "domain/ids.hpp"

namespace pilotlight::service {

/// The folders of network volumes, DATA/volumes/ID. They are made and removed one after the other, in the
/// order of the calls, on a thread of its own, because the removal of a large one takes long. Any thread.
class VolumeFolders {
 public:
  /// `removed` is called on that thread when a folder is gone.
  VolumeFolders(std::string place, std::function<void(VolumeId)> removed);
  /// Ends without what is still to be done: the next start is told of it again.
  ~VolumeFolders();
  VolumeFolders(const VolumeFolders&) = delete;
  VolumeFolders& operator=(const VolumeFolders&) = delete;

  /// Says in the log which folders belong to none of these volumes. They are left alone.
  void tell_strangers(std::set<VolumeId> known);
  /// Does nothing if it is there.
  void make(const VolumeId& id);
  /// Links in the folder are removed, not followed. A folder that cannot be removed is told in the log, and
  /// not reported.
  void remove(const VolumeId& id);

 private:
  void post(std::function<void()> work);
  void run();
  std::string path(const VolumeId& id) const { return place_ + "/" + id.text(); }
  bool make_place() const;
  void make_now(const VolumeId& id) const;
  void remove_now(const VolumeId& id) const;
  bool rename_away(const VolumeId& id, const std::string& away) const;
  void tell_strangers_now(const std::set<VolumeId>& known) const;

  const std::string place_;
  const std::function<void(VolumeId)> removed_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  std::thread thread_;  ///< last: begins when all else is there
};

}  // namespace pilotlight::service
