#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace pilotlight::keeper {

/// The file that servers are run from: the keeper's own program, whatever became of its file, until a change
/// takes what lies at the same path by then. A change ends with the first server that is ready; as long as
/// none is, servers are run from the new file and the one before in turn.
class ServerProgram {
 public:
  /// How the last change ended: "changed" or "kept", a space, and a sentence for a person.
  class Outcome {
   public:
    explicit Outcome(std::string file) : file_(std::move(file)) {}
    void changed(std::string_view text) const { write("changed ", text); }
    void kept(std::string_view text) const { write("kept ", text); }

   private:
    void write(std::string_view word, std::string_view text) const;
    std::string file_;
  };

  /// `outcome_file` is written at the end of each change.
  explicit ServerProgram(std::string outcome_file);

  /// For a child of this process to execute.
  std::string file() const;
  const std::string& path() const { return path_; }
  bool changing() const { return changing_; }

  /// Begins a change. If the file cannot be opened, the program stays as it is. None may be under way.
  Result<void> change();
  /// A server that was run from `file` became ready.
  void ready(pid_t server);
  /// A server that was run from `file` ended before it was ready; `how` completes "it ended ...".
  void not_ready(std::string_view how);

  const Outcome& outcome() const { return outcome_; }

 private:
  Outcome outcome_;
  std::string path_;    ///< path of the keeper's program when the keeper began
  Fd current_, other_;  ///< none: the keeper's own
  bool changing_ = false;
  bool gone_back_ = false;  ///< `current_` is the one from before the change
  std::string why_back_;
};

}  // namespace pilotlight::keeper
