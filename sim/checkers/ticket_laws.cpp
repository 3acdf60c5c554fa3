#include "sim/checkers/ticket_laws.hpp"

#include <algorithm>
#include <utility>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

/// A worker asks again as soon as it is told that there is nothing; more of that than this is a hot loop.
constexpr std::uint32_t hurried_max = 12;
constexpr milliseconds hurry{500};
/// What is delivered in one answer is in memory until it is written.
constexpr std::uint64_t answer_bytes_max = 64ULL << 20;

}  // namespace

/// Which command asks what.
struct TicketLaws::Ask {
  Timestamp now;
  std::optional<std::pair<Ticket, Question>> operator()(const command::SubmitJob& c) const {
    if (!c.wait) return {{c.ticket, {Kind::at_once, now, now, {}, 0}}};
    return {{c.ticket, {Kind::wait, now, now + *c.wait, {}, 0}}};
  }
  std::optional<std::pair<Ticket, Question>> operator()(const command::TakeJobs& c) const {
    return {{c.ticket, {Kind::take, now, now + c.hold, c.worker, c.max, {}, c.sdk}}};
  }
  std::optional<std::pair<Ticket, Question>> operator()(const command::PollStops& c) const {
    return {{c.ticket, {Kind::stops, now, now + c.hold, c.worker, 0}}};
  }
  std::optional<std::pair<Ticket, Question>> operator()(const command::ReadJob& c) const {
    if (!c.wait) return {{c.ticket, {Kind::at_once, now, now, {}, 0}}};
    return {{c.ticket, {Kind::wait, now, now + *c.wait, {}, 0}}};
  }
  std::optional<std::pair<Ticket, Question>> operator()(const command::ReadStream& c) const {
    return {{c.ticket, {Kind::wait, now, now + c.hold, {}, 0}}};
  }
  std::optional<std::pair<Ticket, Question>> operator()(const command::Claim& c) const {
    return {{c.ticket, {Kind::wait, now, now + c.wait, {}, 0, c.name}}};
  }
  std::optional<std::pair<Ticket, Question>> operator()(const command::PurgeQueue& c) const {
    return {{c.ticket, {Kind::sliced, now, now, {}, 0}}};
  }
  template <class C>
  std::optional<std::pair<Ticket, Question>> operator()(const C& c) const {
    if constexpr (requires { c.ticket; })
      return {{c.ticket, {Kind::at_once, now, now, {}, 0}}};
    else
      return std::nullopt;
  }
};

void TicketLaws::asked(const Command& command, Timestamp now) {
  const auto question = std::visit(Ask{now}, command);
  now_asked_ = question ? question->first : ticket_none;
  if (now_asked_ != ticket_none) add(question->first, question->second);
  if (std::holds_alternative<command::EndWaits>(command)) end_waits(now);
  if (const auto* release = std::get_if<command::Release>(&command)) claims_.erase(release->name);
  const auto* abandon = std::get_if<command::Abandon>(&command);
  now_abandoned_ = abandon != nullptr && open_.contains(abandon->asker) ? abandon->asker : ticket_none;
}

void TicketLaws::end_waits(Timestamp now) {
  waits_over_ = true;
  for (auto& [ticket, question] : open_) {
    if (question.kind < Kind::wait) continue;
    question.until = now;
    due_.push({now, ticket});
  }
}

void TicketLaws::add(Ticket ticket, Question question) {
  if (waits_over_ && question.kind >= Kind::wait) question.until = question.asked;
  if (question.kind >= Kind::wait) due_.push({question.until, ticket});
  if (question.kind == Kind::take && ticket != ticket_none) ++asking_[question.worker];
  const bool fresh = open_.emplace(ticket, std::move(question)).second;
  require(fresh, "sim", "ticket {} is used twice", ticket);
}

void TicketLaws::answered(const Step& step, const effect::Reply& reply) {
  if (reply.ticket == ticket_none) return;
  const auto at = open_.find(reply.ticket);
  require(at != open_.end(), "S6", "question {} is answered twice or was never asked", reply.ticket);
  const Question question = at->second;
  open_.erase(at);
  if (question.kind == Kind::take && --asking_[question.worker] == 0) asking_.erase(question.worker);
  if (const auto* taken = std::get_if<answer::JobsTaken>(&reply.answer)) {
    require(question.kind == Kind::take && question.worker == taken->worker, "S3",
            "jobs of {} answer a question of {}", taken->worker, question.worker);
    const std::size_t count = taken->jobs.size();
    if (count > question.max) {
      MARK("sim: several jobs for a poll for one");
      const bool queues = question.max == 1 && (world_.workers.queues(question.worker) ||
                                                world_.workers.queued_before(question.worker, question.sdk));
      require(queues && count <= world_.plan.limits.jobs_per_take_max, "S3", "{} jobs for a poll for {}",
              count, question.max);
    }
    std::uint64_t bytes = 0;
    for (const answer::Delivery& job : taken->jobs)
      bytes += std::uint64_t{job.input.bytes} + job.extras.bytes;
    require(taken->jobs.size() == 1 || bytes <= answer_bytes_max, "S3", "{} jobs of {} bytes in one answer",
            taken->jobs.size(), bytes);
    require(reply.ticket != now_abandoned_, "S6", "jobs for a poll that was given up");
    hurried_.erase(question.worker);
  } else if (std::holds_alternative<answer::Claimed>(reply.answer)) {
    require(claims_.insert(question.claim).second, "S13", "two have the claim \"{}\"", question.claim);
  } else if (std::holds_alternative<answer::NoJob>(reply.answer)) {
    early_answer(question, step.now());
  } else if (std::holds_alternative<answer::JobLive>(reply.answer) && question.kind == Kind::wait) {
    require(step.now() >= question.until || world_.draining, "S6", "a wait ends {} ms early",
            (question.until - step.now()).count());
  } else if (std::holds_alternative<answer::Abandoned>(reply.answer)) {
    MARK("sim: question given up");
    require(reply.ticket == now_abandoned_, "S6", "question {} is given up but nobody said so", reply.ticket);
  }
}

void TicketLaws::early_answer(const Question& question, Timestamp now) {
  if (question.kind != Kind::take || waits_over_) return;
  if (now - question.asked >= hurry) {
    hurried_.erase(question.worker);
    return;
  }
  const std::uint32_t times = ++hurried_[question.worker];
  require(times <= hurried_max, "S6", "worker {} was sent away {} times within {} ms each", question.worker,
          times, hurry.count());
}

void TicketLaws::step_ends(const Step& step) {
  for (const Effect& effect : step.effects)
    if (const auto* reply = std::get_if<effect::Reply>(&effect)) answered(step, *reply);
  if (now_asked_ != ticket_none) {
    const auto at = open_.find(now_asked_);
    require(at == open_.end() || at->second.kind != Kind::at_once, "S6",
            "question {} is not answered at once", now_asked_);
  }
  require(now_abandoned_ == ticket_none || !open_.contains(now_abandoned_), "S6",
          "question {} was given up and stays open", now_abandoned_);
  now_asked_ = now_abandoned_ = ticket_none;
}

void TicketLaws::settled(Timestamp now) {
  while (!due_.empty() && due_.top().when <= now) {
    const Due due = due_.top();
    due_.pop();
    require(!open_.contains(due.ticket), "S6", "question {} is open beyond {}", due.ticket, due.when);
  }
}

void TicketLaws::crashed() {
  open_.clear();
  due_ = {};
  hurried_.clear();
  asking_.clear();
  claims_.clear();
  waits_over_ = false;
}

std::size_t TicketLaws::pending() const {
  return static_cast<std::size_t>(std::count_if(open_.begin(), open_.end(), [](const auto& item) {
    return item.second.kind == Kind::at_once || item.second.kind == Kind::sliced;
  }));
}

}  // namespace pilotlight::sim
