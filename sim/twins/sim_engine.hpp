#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "core/control_plane.hpp"
#include "sim/twins/batch.hpp"
#include "sim/twins/crash.hpp"
#include "sim/twins/sim_store.hpp"

namespace pilotlight::sim {

struct World;

/// Where a command waits; each batch serves all lanes.
enum class Lane : std::uint8_t { worker = 0, control = 1, submit = 2 };

/// The engine around the real ControlPlane: batches of random size, one commit at a time with the next batch
/// applied meanwhile, effects released in order after their commit, and the server's deaths and starts.
class SimEngine {
 public:
  explicit SimEngine(World& world);

  /// The first start.
  void begin() {
    hear_runtime();
    boot();
  }
  /// Does nothing while the doors are shut.
  void submit(Lane lane, Command command);
  /// The doors are open: requests are read.
  bool open() const { return open_; }
  bool up() const { return plane_ != nullptr; }
  std::uint64_t starts() const { return starts_; }
  std::uint64_t crashes() const { return crashes_; }
  std::uint64_t commands() const { return commands_; }
  std::uint64_t life() const { return life_; }
  /// Commands that are not applied yet.
  std::size_t waiting() const {
    std::size_t count = 0;
    for (const auto& lane : inbox_) count += lane.size();
    return count;
  }

  /// Kills the server here and now if the plan wants it dead at this point; true if so.
  bool dies_at(CrashPoint point, const Effect* effect = nullptr);
  /// Makes way for another server: ends all waits, and is gone after `rest`.
  void make_way(milliseconds rest);
  void crash(CrashPoint point);
  /// From now on it dies no more.
  void heal() { crash_plan_.stop(); }

 private:
  using Lanes = std::array<std::deque<Command>, 3>;

  void wake_soon();
  void pump();
  bool apply_inbox(Batch& batch);
  void apply(Batch& batch, const Command& command);
  void advance(Batch& batch);
  bool stalled() const;
  void push(std::unique_ptr<Batch> batch);
  void commit_front();
  void committed(SimStore::Outcome outcome);
  void release(const Batch& batch);
  void carry_out(const Effect& effect);
  void arm_timer();
  Timestamp clock();

  void hear_runtime();
  void boot();
  void restore();
  void listed();

  World& world_;
  CrashPlan crash_plan_;
  std::unique_ptr<core::ControlPlane> plane_;
  Lanes inbox_;
  std::deque<std::unique_ptr<Batch>> pipeline_;
  std::uint64_t life_ = 0;  ///< changes with every start and death; what was scheduled in another is void
  std::uint64_t starts_ = 0;
  std::uint64_t crashes_ = 0;
  std::uint64_t commands_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t timer_token_ = 0;
  std::optional<Timestamp> timer_at_;
  std::optional<Timestamp> delayed_since_;  ///< answers of this time left late
  bool open_ = false;
  bool awake_ = false;    ///< a pump is scheduled
  bool blocked_ = false;  ///< a pump waits for room in the pipeline
};

}  // namespace pilotlight::sim
