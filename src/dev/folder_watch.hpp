#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "dev/folder_tree.hpp"

namespace pilotlight::dev {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Notices what is saved, made, replaced or removed below a folder, by inotify or, where the kernel has no
/// watches left, by looking at every file once a second. Not thread-safe.
class FolderWatch {
 public:
  /// `ignored_too`: paths relative to `folder` that are not watched, besides what IgnoreRules leaves out.
  FolderWatch(std::string folder, const std::vector<std::string>& ignored_too);

  /// Becomes readable when something may have changed; -1 while it looks by itself.
  int descriptor() const { return polling_ ? -1 : inotify_.get(); }
  /// Why it looks by itself, for a person; empty if it does not.
  const std::string& why_polling() const { return why_polling_; }

  /// Reads what has happened; without blocking. Call it when the descriptor is readable and when `due` has
  /// come.
  void look(SteadyTime now);
  /// The paths that changed, in order, once nothing more has for `quiet`, or after `patience` of changes
  /// without a pause: so a storm of saves is one change. Empty: nothing yet.
  std::vector<std::string> take(SteadyTime now);
  /// When `look` and `take` are to be called again without the descriptor; nullopt: no need.
  std::optional<SteadyTime> due() const;

  static constexpr std::chrono::milliseconds quiet{60};
  static constexpr std::chrono::milliseconds patience{3'000};
  static constexpr std::chrono::milliseconds poll_interval{1'000};

 private:
  void begin();
  /// `file`, if there is one, is called with every file that is there already.
  void watch_below(const std::string& folder, const std::function<void(const std::string&)>& file);
  void poll_instead(std::string why);
  void read_events(SteadyTime now);
  void handle(int watch, std::uint32_t what, std::string_view name, SteadyTime now);
  void changed(const std::string& path, SteadyTime now);
  void compare(SteadyTime now);

  const std::string folder_;
  const IgnoreRules given_;  ///< without those that are read from files
  IgnoreRules rules_;
  Fd inotify_;
  std::map<int, std::string> watched_;  ///< folders by the number of their watch
  bool begin_again_ = false;            ///< folders were moved, or rules changed
  bool polling_ = false;
  std::string why_polling_;
  FileMarks marks_;  ///< while polling
  SteadyTime next_poll_{};
  std::set<std::string> changed_;
  SteadyTime first_change_{}, last_change_{};
};

}  // namespace pilotlight::dev
