#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Explanations of lost jobs and missing results (S25): the lines are those that the job's worker wrote since
/// the job was queued, the exit is that of the worker's process, and an explained job is charged like any
/// other.
class ExplanationLaws {
 public:
  explicit ExplanationLaws(World& world) : world_(world) {}

  /// A worker writes a line; there is no other like it.
  void written(const WorkerId& worker, Timestamp now, const std::string& line);
  /// Before the call of which it speaks.
  void asked(const Command& command, const Image& image);
  /// `image` is the state before the record.
  void saved(const Step& step, const Image& image, const Job& after);
  void finished(const Step& step, const Image& image, const FinalJob& job);

 private:
  struct Line {
    WorkerId worker;
    Timestamp at{};
  };
  struct Told {
    std::string_view cause;
    const std::optional<Crash>& crash;
  };
  void lost(const Step& step, const Job& before, const Told& told) const;
  void no_result(const Step& step, const Job& before, const Told& told) const;
  void line_holds(const Job& job, std::string_view line) const;

  World& world_;
  std::unordered_map<std::string, Line> lines_;
  bool crash_ = false;  ///< the command in hand is the end of a worker that was not told to stop
};

}  // namespace pilotlight::sim
