#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "domain/answer.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// Simulated clients that submit under Idempotency-Keys: they repeat a request that was not answered, send it
/// several times at once, or again when it was answered long ago, and now and then with another body. The
/// door's part is here as well: claim, look into the store, hand in, release.
class SimKeyed {
 public:
  explicit SimKeyed(World& world) : world_(world) {}

  void begin();
  /// No more requests, and none that is under way becomes a job.
  void stop() { stopped_ = true; }

 private:
  /// One request under a key.
  struct Ask {
    EndpointId endpoint;
    IdempotencyKey key;
    unsigned tries = 1;          ///< left, with this one
    std::uint64_t starts = 0;    ///< starts of the server when the first of them was sent
    Timestamp looked{};          ///< when the door looked into the store
    std::shared_ptr<bool> over;  ///< its client has an answer, or listens no more
  };

  void arrive();
  Ask draw();
  void send(Ask ask);
  void send_later(Ask ask, milliseconds longest);
  void hear(const Ask& ask, const Answer* answer);
  std::string claim_of(const Ask& ask) const;
  void claimed(Ask ask);
  void hand_in(const Ask& ask);
  void handed_in(const Ask& ask, const command::SubmitJob& job, const Answer* answer);
  void release(const Ask& ask);
  void answer(const Ask& ask, const Answer& answer);

  World& world_;
  bool stopped_ = false;
  std::uint64_t keys_ = 0;
  std::deque<Ask> recent_;
};

}  // namespace pilotlight::sim
