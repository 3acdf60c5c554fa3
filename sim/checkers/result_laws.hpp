#pragma once

#include <map>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Missing results. A job is charged for one only if its own worker had shown the job, or if the job had come
/// back as not taken before (S23). A job that its worker denies leaves the worker after the time that a
/// result may take to arrive, and after the time that the worker's output may take (S24).
class ResultLaws {
 public:
  explicit ResultLaws(World& world) : world_(world) {}

  /// Before the call.
  void asked(const Command& command, const Image& image, Timestamp now);
  // `image` is the state before the record.
  void saved(const Image& image, const Job& after) const;
  void finished(const Image& image, const FinalJob& job) const;
  void step_ends(const Step& step);
  void settled(Timestamp now, const Image& image);
  void restored(Timestamp now);

 private:
  /// A delivery of a job: to whom, and of which attempt.
  struct Held {
    WorkerId worker;
    Timestamp submitted{};
    int returns = 0;
    bool operator==(const Held&) const = default;
  };
  struct Denied {
    Held held;
    Timestamp since{};
    Timestamp output_until{};  ///< so long the worker's output is waited for, to tell why
  };
  static Held held_of(const Job& job);
  void shows(const WorkerId& worker, const JobId& job, const Image& image);
  void denies(const WorkerId& worker, const Image& image, Timestamp now);
  void delayed(Timestamp now);
  void charged(const Job& before) const;

  World& world_;
  std::map<JobId, Held> shown_;
  std::map<JobId, Denied> denied_;
  Timestamp counts_from_{};  ///< an earlier delivery counts as made at this time
};

}  // namespace pilotlight::sim
