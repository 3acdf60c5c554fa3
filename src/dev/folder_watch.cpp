#include "dev/folder_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

namespace pilotlight::dev {
namespace {

constexpr std::uint32_t of_interest =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR | IN_DONT_FOLLOW;

IgnoreRules rules_of(const std::vector<std::string>& ignored_too) {
  IgnoreRules rules;
  for (const std::string& path : ignored_too) rules.add("", "/" + path);
  return rules;
}

bool is_link(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

}  // namespace

FolderWatch::FolderWatch(std::string folder, const std::vector<std::string>& ignored_too)
    : folder_(std::move(folder)), given_(rules_of(ignored_too)) {
  begin();
}

void FolderWatch::begin() {
  begin_again_ = false;
  rules_ = given_;
  watched_.clear();
  inotify_ = Fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  if (!inotify_)
    return poll_instead("this user has no inotify instances left (fs.inotify.max_user_instances)");
  watch_below("", {});
}

void FolderWatch::watch_below(const std::string& folder,
                              const std::function<void(const std::string&)>& file) {
  bool exhausted = false;
  walk(folder_, folder, rules_,
       {[&](const std::string& inner) {
          const std::string path = inner.empty() ? folder_ : joined(folder_, inner);
          const int watch = exhausted ? -1 : ::inotify_add_watch(inotify_.get(), path.c_str(), of_interest);
          if (watch >= 0) watched_[watch] = inner;
          exhausted = exhausted || (watch < 0 && errno == ENOSPC);
        },
        [&file](const std::string& path, const FileMark&) {
          if (file) file(path);
        }});
  if (exhausted) poll_instead("this user has no inotify watches left (fs.inotify.max_user_watches)");
}

void FolderWatch::poll_instead(std::string why) {
  polling_ = true;
  why_polling_ = std::move(why);
  inotify_.reset();
  watched_.clear();
  marks_ = marks_of(folder_, given_);
  next_poll_ = std::chrono::steady_clock::now() + poll_interval;
}

void FolderWatch::look(SteadyTime now) {
  if (!polling_) return read_events(now);
  if (now >= next_poll_) compare(now);
}

void FolderWatch::compare(SteadyTime now) {
  FileMarks present = marks_of(folder_, given_);
  for (const auto& [path, mark] : present)
    if (const auto before = marks_.find(path); before == marks_.end() || before->second != mark)
      changed(path, now);
  for (const auto& [path, mark] : marks_)
    if (!present.contains(path)) changed(path, now);
  marks_ = std::move(present);
  next_poll_ = now + poll_interval;
}

void FolderWatch::read_events(SteadyTime now) {
  alignas(inotify_event) char buffer[16 * 1024];
  for (ssize_t got; (got = ::read(inotify_.get(), buffer, sizeof buffer)) > 0;)
    for (ssize_t at = 0; at < got;) {
      inotify_event event;
      std::memcpy(&event, buffer + at, sizeof event);
      const char* name = buffer + at + sizeof event;
      handle(event.wd, event.mask, {name, ::strnlen(name, event.len)}, now);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  if (begin_again_) begin();
}

void FolderWatch::handle(int watch, std::uint32_t what, std::string_view name, SteadyTime now) {
  if ((what & IN_Q_OVERFLOW) != 0) {
    begin_again_ = true;
    return changed("many files", now);
  }
  const auto at = watched_.find(watch);
  if (at == watched_.end()) return;
  if ((what & IN_IGNORED) != 0) return void(watched_.erase(at));
  if (name.empty()) return;
  const std::string path = joined(at->second, name);
  const bool is_folder = (what & IN_ISDIR) != 0;
  if (name == ".gitignore") begin_again_ = true;
  if (rules_.ignored(path, is_folder)) return;
  if (is_folder) {
    // The watches of a folder that moves would go on under its old name.
    if ((what & (IN_MOVED_FROM | IN_MOVED_TO)) != 0) begin_again_ = true, changed(path, now);
    // Files may have come into it before its watch.
    if ((what & IN_CREATE) != 0)
      watch_below(path, [this, now](const std::string& made) { changed(made, now); });
    return;
  }
  // A file that is made is written yet; a link is complete.
  if ((what & IN_CREATE) != 0 && !is_link(folder_ + "/" + path)) return;
  changed(path, now);
}

void FolderWatch::changed(const std::string& path, SteadyTime now) {
  if (changed_.empty()) first_change_ = now;
  last_change_ = now;
  changed_.insert(path);
}

std::vector<std::string> FolderWatch::take(SteadyTime now) {
  if (changed_.empty() || (now < last_change_ + quiet && now < first_change_ + patience)) return {};
  std::vector<std::string> paths(changed_.begin(), changed_.end());
  changed_.clear();
  return paths;
}

std::optional<SteadyTime> FolderWatch::due() const {
  std::optional<SteadyTime> at;
  if (!changed_.empty()) at = std::min(last_change_ + quiet, first_change_ + patience);
  if (polling_) at = at ? std::min(*at, next_poll_) : next_poll_;
  return at;
}

}  // namespace pilotlight::dev
