#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>

#include "sim/checkers/step.hpp"

namespace pilotlight::sim {

struct World;

/// Every question is answered exactly once, at once or before its wait is over; EndWaits ends all waits (S6).
/// A claim has one holder (S13).
class TicketLaws {
 public:
  explicit TicketLaws(World& world) : world_(world) {}

  void asked(const Command& command, Timestamp now);
  void step_ends(const Step& step);
  /// Nothing that was due is still open. After an `advance` that left no work.
  void settled(Timestamp now);
  void crashed();

  /// The worker has an open poll for jobs.
  bool asks(const WorkerId& worker) const { return asking_.contains(worker); }
  /// Polls and waits that are open.
  std::size_t waiting() const { return open_.size() - pending(); }
  /// Open questions that are neither polls nor waits.
  std::size_t pending() const;

 private:
  enum class Kind : std::uint8_t { at_once, sliced, wait, take, stops };
  struct Question {
    Kind kind = Kind::at_once;
    Timestamp asked{};
    Timestamp until{};
    WorkerId worker;
    std::uint32_t max = 0;
    std::string claim{};  ///< the name that is claimed
    SdkVersion sdk{};     ///< as a poll for jobs tells it
  };
  struct Due {
    Timestamp when;
    Ticket ticket;
    bool operator<(const Due& other) const { return when > other.when; }
  };
  struct Ask;
  void add(Ticket ticket, Question question);
  void end_waits(Timestamp now);
  void answered(const Step& step, const effect::Reply& reply);
  void early_answer(const Question& question, Timestamp now);

  World& world_;
  std::unordered_map<Ticket, Question> open_;
  std::priority_queue<Due> due_;
  std::unordered_map<WorkerId, std::uint32_t> hurried_;  ///< polls answered with nothing, at once, in a row
  std::map<WorkerId, std::uint32_t> asking_;             ///< open polls for jobs
  std::set<std::string> claims_;                         ///< that somebody has
  bool waits_over_ = false;
  Ticket now_asked_ = ticket_none;
  Ticket now_abandoned_ = ticket_none;
};

}  // namespace pilotlight::sim
