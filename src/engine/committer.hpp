#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/control_plane.hpp"
#include "domain/record.hpp"
#include "engine/engine.hpp"
#include "engine/inbox.hpp"
#include "engine/releaser.hpp"

namespace pilotlight::engine {

/// What one applied batch leaves to be done.
struct AppliedBatch {
  std::uint64_t number = 0;
  Timestamp now{};
  std::chrono::steady_clock::time_point applied{};
  core::Outcome outcome;
  std::vector<StoredPayload> payloads;  ///< all that came with the batch's commands
  std::size_t commands = 0;
};

/// The store thread: commits all batches that are waiting in one transaction, in order, then releases their
/// effects. A full disk is waited for; any other failure goes to `on_failure`, which must not return to
/// normal service.
class Committer {
 public:
  Committer(Store& store, Clock& clock, Releaser& releaser, Inbox& inbox, milliseconds stall_after,
            std::function<void(const Error&)> on_failure,
            std::function<void(std::uint64_t batch)> on_durable);
  ~Committer() { stop(); }

  void start();
  /// Waits while the store is `waiting_max` batches or `records_waiting_max` records behind, so that an
  /// engine at sliced work cannot outrun the disk: whoever asks meanwhile waits for little of it.
  void push(AppliedBatch batch);
  /// Waits while a batch that was applied more than `stall_after` ago is not released. Says since when
  /// answers were late, if some were since the last call.
  std::optional<Timestamp> wait_until_flowing();
  /// Commits and releases what was pushed, then ends the thread. Idempotent.
  void stop();

  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  std::uint64_t records() const { return records_.load(std::memory_order_relaxed); }
  std::uint64_t commit_alone_us() const { return alone_us_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t waiting_max = 256;
  static constexpr std::size_t records_waiting_max = 1'000;

  void run();
  bool fetch(std::vector<AppliedBatch>& batches);
  void fetch_more(std::vector<AppliedBatch>& batches);
  void pace(std::size_t commands);
  bool commit(std::vector<AppliedBatch>& batches);
  void released(const AppliedBatch& oldest);
  void learn(std::chrono::steady_clock::duration took);

  Store& store_;
  Clock& clock_;
  Releaser& releaser_;
  Inbox& inbox_;
  const milliseconds stall_after_;
  std::function<void(const Error&)> on_failure_;
  std::function<void(std::uint64_t)> on_durable_;

  std::mutex mutex_;
  std::condition_variable wake_, room_, flow_;
  std::vector<AppliedBatch> waiting_;
  std::size_t records_waiting_ = 0;
  /// When the oldest batch that is not released was applied; nullopt: there is none.
  std::optional<std::chrono::steady_clock::time_point> unreleased_since_;
  std::optional<Timestamp> late_since_;
  bool closed_ = false;

  std::chrono::steady_clock::time_point last_start_{};
  std::atomic<std::uint64_t> commits_{0}, records_{0}, alone_us_{300};
  std::thread thread_;  ///< last: ends before what it uses
};

}  // namespace pilotlight::engine
