#pragma once

#include <optional>
#include <string>

namespace pilotlight::store {

/// The file `clean` beside a database: the database was closed with nothing amiss, and is as it was then. A
/// start removes the file before anything is written. A kill, a power loss, and whatever else changed the
/// database leave none that matches.
class CleanMark {
 public:
  explicit CleanMark(const std::string& database);
  /// Writes the file if `set` was called. Every connection to the database must be closed by then.
  ~CleanMark();
  CleanMark(const CleanMark&) = delete;
  CleanMark& operator=(const CleanMark&) = delete;

  /// Whether the database is new, or was closed clean; removes the file.
  bool take();
  void set() { set_ = true; }

 private:
  /// What tells this state of the database from another; nullopt if there is no database.
  std::optional<std::string> state() const;

  const std::string database_, path_;
  bool set_ = false;
};

}  // namespace pilotlight::store
