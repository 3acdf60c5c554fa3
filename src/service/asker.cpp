#include "service/asker.hpp"

#include <utility>

#include "base/assert.hpp"
#include "engine/reply.hpp"
#include "engine/submission.hpp"

namespace pilotlight::service {
namespace {

constexpr unsigned slot_bits = 24;
constexpr std::uint64_t slot_mask = (1U << slot_bits) - 1;
/// More at once would leave the engine without work while this thread reads on.
constexpr std::size_t sent_together = 16;

}  // namespace

Asker::Asker(unsigned number, std::function<void(std::function<void()>)> post)
    : number_(number), post_(std::move(post)) {}
Asker::~Asker() = default;

void Asker::tell(engine::Lane lane, Command command) {
  send(lane, std::move(command), {});
}

void Asker::abandon(Ticket ticket) {
  tell(engine::Lane::control, command::Abandon{ticket});
}

Asker::Opened Asker::open(engine::Reply& reply) {
  if (free_.empty()) {
    ASSERT(slots_.size() <= slot_mask);
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.reply = &reply;
  return {engine::ticket_for(number_, static_cast<std::uint64_t>(slot.generation) << slot_bits | index),
          slot};
}

void Asker::send(engine::Lane lane, Command command, std::vector<StoredPayload> payloads) {
  unsent_.push_back({lane, std::move(command), std::move(payloads)});
  if (unsent_.size() >= sent_together) engine_->submit(unsent_);
  if (unsent_.empty() || std::exchange(will_send_, true)) return;
  post_([this] {
    will_send_ = false;
    if (!unsent_.empty()) engine_->submit(unsent_);
  });
}

void Asker::deliver(std::vector<engine::Reply> replies) {
  auto shared = std::make_shared<std::vector<engine::Reply>>(std::move(replies));
  post_([this, shared] {
    for (engine::Reply& reply : *shared) finish(std::move(reply));
  });
}

void Asker::finish(engine::Reply&& reply) {
  const auto index = static_cast<std::uint32_t>(reply.ticket & slot_mask);
  ASSERT(index < slots_.size());
  Slot& slot = slots_[index];
  const auto generation = static_cast<std::uint32_t>(reply.ticket >> slot_bits);
  // Each question is answered exactly once.
  ASSERT((slot.resume || slot.group) && slot.generation == generation);
  *slot.reply = std::move(reply);
  std::optional<Resume> resume = std::move(slot.resume);
  const std::shared_ptr<Group> group = std::move(slot.group);
  slot.resume.reset();
  ++slot.generation;
  free_.push_back(index);
  if (group && --group->unanswered == 0) resume.emplace(std::move(group->resume));
  if (resume) (*resume)();
}

}  // namespace pilotlight::service
