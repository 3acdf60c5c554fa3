#pragma once

#include <cstdint>
#include <string>

#include "domain/answer.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;
struct Told;

/// The simulated clients: submit jobs in the plan's rhythm, wait or hang up, read, cancel, shorten retention,
/// and hold every answer against what they were told before (S1, S4).
class SimClients {
 public:
  explicit SimClients(World& world) : world_(world) {}

  void begin();
  /// No more jobs, and none anew; those under way are still read.
  void stop() { stopped_ = true; }
  /// Reads every job that is not known to have ended, and gives up those that nothing will run.
  void read_all();
  void cancel_all();
  /// A job that nobody has asked for yet.
  command::SubmitJob draw(const EndpointId& endpoint, bool sync = false);
  /// A client hears what became of the job that it handed in; null: nothing.
  void submitted(const JobId& job, const Answer* answer);

 private:
  void arrive();
  void submit();
  JobPolicy draw_policy();
  JobTurn draw_turn();
  void follow(const JobId& job, int times);
  void read(const JobId& job);
  void cancel(const JobId& job);
  void shorten(const JobId& job);
  void retry(const JobId& job);
  /// The door's part of a retry, once it has the claim.
  void retry_claimed(const JobId& job, const std::string& claim);
  /// What the door answers to a question about a job that is not live: the row, if there is one.
  /// `acknowledged`: it was when the question was asked.
  Answer look_up(const JobId& job, bool acknowledged, Answer answer);
  /// `before`: what was known when the question was sent.
  void observe(const JobId& job, const Told& before, const Answer& answer);
  void ask_about(const JobId& job, Command command);

  World& world_;
  bool stopped_ = false;
};

}  // namespace pilotlight::sim
