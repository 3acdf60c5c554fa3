#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dev/screen.hpp"
#include "dev/server_api.hpp"

namespace pilotlight::dev {

/// A line for a person about something that happened.
struct Happening {
  std::string text;
  Look look = Look::plain;
  bool begins = false;  ///< a worker: told before what it has written
};

/// Tells what happened from how workers and jobs stood at one look and at the next. Pure.
class Happenings {
 public:
  /// Workers that begin, are ready (with the phases of their start), end their last job, stop and are gone.
  std::vector<Happening> of_workers(const WorkersSeen& seen);
  /// Jobs that ended, oldest first: wait, run, outcome. The first look tells nothing of those that had ended
  /// before.
  std::vector<Happening> of_jobs(const std::vector<JobSeen>& seen);
  /// A reason to wait, once it has stood for two looks, and once.
  std::vector<Happening> of_health(const HealthSeen& seen);

  /// How things stand, in one line.
  std::string state() const;
  /// A worker of the endpoint's newest version has asked for a job.
  bool newest_is_ready() const { return ready_version_ == version_; }
  bool jobs_run() const { return health_.running > 0; }
  /// Jobs wait or run, or a worker starts: something may happen soon.
  bool busy() const;

 private:
  std::map<std::string, WorkerSeen> workers_;
  std::int64_t version_ = -1, ready_version_ = -2;
  std::set<std::string> ended_;
  bool looked_at_jobs_ = false;
  HealthSeen health_;
  std::string told_waits_;
};

/// A line of a worker's log as a person reads it: of the JSON lines of the runpod package its message.
std::string output_text(const std::string& line);

/// "0.12 s", "73 s", "5 min 20 s".
std::string duration_text(std::int64_t ms);

}  // namespace pilotlight::dev
